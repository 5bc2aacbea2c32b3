from odoo import http
from odoo.http import request


class Hello(http.Controller):
    @http.route("/shop/hello", type="http", auth="public")
    def hello(self):
        return request.render("shop_order.hello", {"orders": request.env["shop.order"].sudo().search_count([])})
