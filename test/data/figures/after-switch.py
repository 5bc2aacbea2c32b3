"""What people, and Odoo itself, do after a switch. Prints as JSON what they made, changed and deleted."""
import json
import time

context = dict(tracking_disable=True, mail_create_nosubscribe=True, mail_notrack=True)
customer = env["res.partner"].search([("name", "like", "Trading BV")], limit=1)
product = env["product.product"].search([("name", "=", "Oak table 0")], limit=1)


def order(quantity):
    return env["sale.order"].with_context(**context).create({
        "partner_id": customer.id,
        "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": quantity, "price_unit": 100.10})],
    })


confirmed, quotation, passing = order(2), order(1), order(9)
confirmed.action_confirm()
invoice = confirmed._create_invoices()
invoice.invoice_date = "2026-09-04"
invoice.action_post()
payment = env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create({
    "journal_id": env["account.journal"].search([("type", "=", "bank")], limit=1).id, "payment_date": "2026-09-04",
})._create_payments()
vendor_bill = env["account.move"].create({
    "move_type": "in_invoice", "partner_id": customer.id, "ref": "=NEW", "invoice_date": "2026-09-04",
    "invoice_line_ids": [(0, 0, {"name": "Planks", "quantity": 1, "price_unit": 12.34})],
})
vendor_bill.action_post()
lead = env["crm.lead"].with_context(**context).create({"name": "New chance", "type": "opportunity", "expected_revenue": 500})
contact = env["res.partner"].with_context(**context).create({"name": "Neu & Söhne, \"GmbH\""})
own = env["project.tags"].create({"name": "A tag"})
contact.message_post(body="Called.", message_type="comment")
env["ir.attachment"].create({"name": "x.txt", "raw": b"x", "res_model": "res.partner", "res_id": contact.id})

old = env["crm.lead"].search([("name", "like", "Opportunity of")], order="id", limit=3)
changed, gone = old[0], old[1:]
changed.with_context(**context).write({"expected_revenue": 4321})
deleted = gone.ids
gone.unlink()
# Made and deleted since: nothing of it is lost.
passing_id = passing.id
passing.unlink()

# What nobody did.
for name in ("base.autovacuum_job", "mail.ir_cron_mail_scheduler_action", "account.ir_cron_auto_post_draft_entry"):
    env.ref(name).method_direct_trigger()
env["ir.cron"].with_context(active_test=False).search([]).write({"priority": 6})
env["ir.config_parameter"].set_param("noise.of_ours", str(time.time()))
env["ir.ui.view"].search([], limit=20).write({"priority": 17})
env.cr.commit()
print("MADE " + json.dumps({
    "sale.order": [confirmed.id, quotation.id],
    "invoice": invoice.ids, "vendor_bill": vendor_bill.ids, "payment": payment.ids, "entry": payment.move_id.ids,
    "transfers": confirmed.picking_ids.ids, "moves": confirmed.picking_ids.move_ids.ids,
    "crm.lead": [lead.id], "changed": [changed.id], "deleted": deleted, "passing": passing_id,
    "res.partner": [contact.id], "tag": [own.id], "name": confirmed.name, "number": invoice.name,
    "total": "%.2f" % (confirmed.amount_total + quotation.amount_total), "paid": "%.2f" % payment.amount,
}))
