{
    "name": "Shop orders",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "Slipway example",
    "category": "Sales",
    "summary": "A small order book with a public page",
    "depends": ["base", "web"],
    "data": [
        "security/ir.model.access.csv",
        "views/shop_order_views.xml",
        "views/hello.xml",
    ],
    "installable": True,
}
