/** A small repository in which nothing is wrong; tests plant one fault each. */
export const MANIFEST = `{
    'name': 'Shop',
    'version': '19.0.1.0.0',
    'license': 'LGPL-3',
    'author': 'Somebody',
    'category': 'Sales',
    'depends': ['sale', 'shop_base'],
    'data': [
        'security/ir.model.access.csv',
        'views/shop.xml',
    ],
    'assets': {
        'web.assets_backend': [
            'shop/static/src/**/*.js',
            ('after', 'web/static/src/x.js', 'shop/static/src/late.js'),
        ],
    },
    'external_dependencies': {'python': ['requests-oauthlib']},
}
`;
export const BASE_MANIFEST = `{
    'name': 'Shop base',
    'version': '19.0.1.0.0',
    'license': 'LGPL-3',
    'author': 'Somebody',
    'category': 'Sales',
    'depends': ['base'],
}
`;
export const ACCESS = `id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink
access_order,"order, all",model_shop_order,base.group_user,1,0,0,0
access_partner,partner,base.model_res_partner,,1,0,0,0
access_base,base,shop_base.model_shop_base,,1,0,0,0
`;

export const CONFIG = `version: 1
name: shop
odoo:
  series: '19.0'
  addons: [addons]
`;

export const SHOP: Readonly<Record<string, string | Buffer>> = {
  'slipway.yaml': CONFIG,
  'requirements.txt': '# what Odoo lacks\nRequests_OAuthlib>=1.0 ; python_version > "3"\n',
  'addons/shop/__manifest__.py': MANIFEST,
  'addons/shop/models/order.py':
    "class Order(models.Model):\n    _name = 'shop.order'\n    _inherit = ['mail.thread']\n",
  'addons/shop/security/ir.model.access.csv': ACCESS,
  'addons/shop/views/shop.xml': '<?xml version="1.0"?>\n<odoo>\n  <data/>\n</odoo>\n',
  'addons/shop/static/src/late.js': '',
  'addons/shop/static/src/a/b.js': '',
  'addons/shop/tests/broken.xml': '<not read by Odoo',
  'addons/shop_base/__manifest__.py': BASE_MANIFEST,
  'addons/shop_base/models.py': "class Base(models.AbstractModel):\n    _name = 'shop.base'\n",
};
