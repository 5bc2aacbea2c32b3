from odoo import api, fields, models


class ShopOrder(models.Model):
    _inherit = "shop.order"

    points = fields.Integer(compute="_compute_points")

    @api.depends("total")
    def _compute_points(self):
        for order in self:
            order.points = int(order.total // 10)
