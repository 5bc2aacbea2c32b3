{
    "name": "Shop loyalty",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "Slipway example",
    "category": "Sales",
    "depends": ["shop_order"],
    "data": ["views/shop_order_views.xml"],
    "installable": True,
}
