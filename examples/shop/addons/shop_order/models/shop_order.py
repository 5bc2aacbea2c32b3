from odoo import api, fields, models


class ShopOrder(models.Model):
    _name = "shop.order"
    _description = "Shop order"
    _order = "id desc"

    name = fields.Char(required=True)
    quantity = fields.Integer(default=1)
    price = fields.Float()
    total = fields.Float(compute="_compute_total", store=True)

    @api.depends("quantity", "price")
    def _compute_total(self):
        for order in self:
            order.total = order.quantity * order.price
