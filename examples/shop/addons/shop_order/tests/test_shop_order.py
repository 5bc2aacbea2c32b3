from odoo.tests.common import TransactionCase


class TestShopOrder(TransactionCase):
    def test_total_is_quantity_times_price(self):
        order = self.env["shop.order"].create({"name": "Tea", "quantity": 3, "price": 2.5})
        self.assertEqual(order.total, 7.5)
