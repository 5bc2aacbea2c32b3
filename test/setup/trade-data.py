"""Goods that move: what company-data.py leaves out. Stock with a value, purchases, deliveries, a day at the till.

Run it with `odoo shell -d DATABASE --no-http < trade-data.py`, after company-data.py or alone. Everything is invented and made by counting.
"""
# A till is opened by a person.
env = env(user=env.ref("base.user_admin").id)
context = dict(tracking_disable=True, mail_create_nosubscribe=True, mail_notrack=True)
Partner = env["res.partner"].with_context(**context)
vendor = Partner.create({"name": "Sagewerk Immerfort KG", "is_company": True})
customer = Partner.create({"name": "Meubelhal Overzee NV", "is_company": True})

category = env["product.category"].create({"name": "Valued", "property_cost_method": "average", "property_valuation": "real_time"})
products = env["product.product"].create([
    {"name": "Beech chair %d" % i, "list_price": 80.0 + i, "standard_price": 41.25 + i, "is_storable": True, "categ_id": category.id}
    for i in range(4)
])

warehouse = env["stock.warehouse"].search([], limit=1)
for i, product in enumerate(products):
    env["stock.quant"].with_context(inventory_mode=True).create({
        "product_id": product.id, "location_id": warehouse.lot_stock_id.id, "inventory_quantity": 20 + i,
    }).action_apply_inventory()

purchase = env["purchase.order"].with_context(**context).create({
    "partner_id": vendor.id,
    "order_line": [(0, 0, {"product_id": product.id, "product_qty": 5 + i, "price_unit": 40.10 + i}) for i, product in enumerate(products)],
})
purchase.button_confirm()
for picking in purchase.picking_ids:
    for move in picking.move_ids:
        move.quantity = move.product_uom_qty
        move.picked = True
    picking.button_validate()

sale = env["sale.order"].with_context(**context).create({
    "partner_id": customer.id,
    "order_line": [(0, 0, {"product_id": products[0].id, "product_uom_qty": 3, "price_unit": 99.95})],
})
sale.action_confirm()
for picking in sale.picking_ids:
    for move in picking.move_ids:
        move.quantity = move.product_uom_qty
        move.picked = True
    picking.button_validate()
bill = env["account.move"].browse(purchase.action_create_invoice()["res_id"])
bill.write({"invoice_date": "2026-09-02", "ref": "SI/4711"})
bill.action_post()

till = env["pos.config"].search([], limit=1) or env["pos.config"].create({"name": "Till"})
till.open_ui()
session = till.current_session_id
if session.state == "opening_control":
    session.set_opening_control(0, "")
product = products[1]
order = env["pos.order"].create({
    "session_id": session.id, "company_id": env.company.id, "partner_id": customer.id, "pricelist_id": till.pricelist_id.id,
    "amount_tax": 0, "amount_total": 81.0, "amount_paid": 81.0, "amount_return": 0,
    "lines": [(0, 0, {"product_id": product.id, "qty": 1, "price_unit": 81.0, "price_subtotal": 81.0, "price_subtotal_incl": 81.0, "name": product.name})],
})
method = till.payment_method_ids[:1]
env["pos.payment"].create({"pos_order_id": order.id, "amount": 81.0, "payment_method_id": method.id})
order.action_pos_order_paid()

# A closed day: the till's session makes entries of its own.
session.action_pos_session_closing_control()

euro = env.ref("base.EUR")
euro.active = True
env["res.currency.rate"].create({"currency_id": euro.id, "name": "2026-09-01", "rate": 0.91, "company_id": env.company.id})
bank = env["account.journal"].search([("type", "=", "bank")], limit=1)
env["account.bank.statement.line"].create({"journal_id": bank.id, "date": "2026-09-03", "payment_ref": "Transfer of Overzee", "amount": 299.85})
employee = env["hr.employee"].search([], limit=1) or env["hr.employee"].create({"name": "Wilma Terhorst"})
fare = env["product.product"].create({"name": "Train fare", "type": "service", "can_be_expensed": True, "standard_price": 0})
env["hr.expense"].create({"name": "To the fair", "employee_id": employee.id, "product_id": fare.id, "total_amount_currency": 48.60})
leave_type = env["hr.leave.type"].search([("requires_allocation", "=", True)], limit=1)
env["hr.leave.allocation"].create({"name": "Days of 2026", "employee_id": employee.id, "holiday_status_id": leave_type.id, "number_of_days": 20})
unpaid = env["hr.leave.type"].search([("requires_allocation", "=", False)], limit=1)
env["hr.leave"].create({"employee_id": employee.id, "holiday_status_id": unpaid.id, "request_date_from": "2026-09-07", "request_date_to": "2026-09-08"})
program = env["loyalty.program"].create({"name": "Gift cards", "program_type": "gift_card"})
env["loyalty.card"].create({"program_id": program.id, "points": 25, "partner_id": customer.id})
provider = env["payment.provider"].search([], limit=1)
env["payment.transaction"].create({
    "provider_id": provider.id, "payment_method_id": env["payment.method"].search([], limit=1).id, "reference": "T1",
    "amount": 12.34, "currency_id": env.company.currency_id.id, "partner_id": customer.id,
})
env["mrp.production"].create({"product_id": products[3].id, "product_qty": 2})
env.cr.commit()
print("TRADED sale=%s purchase=%s bill=%s till=%s" % (sale.name, purchase.name, bill.name, order.name))
