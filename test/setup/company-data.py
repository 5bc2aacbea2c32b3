"""Invented business in an Odoo 19 that is empty: customers, orders, invoices with payments, employees, leads, messages, files.

Run it with `odoo shell -d DATABASE --no-http < company-data.py`. Nobody in here exists; numbers and names are made by counting, so that a run
can be repeated and a test knows what to look for.
"""
from base64 import b64encode
from datetime import date, timedelta

CUSTOMERS = 24
FIRST = ["Hilde", "Oskar", "Mireille", "Tomasz", "Ingrid", "Paolo", "Annelies", "Bertrand"]
LAST = ["Vandersmissen", "Kowalczyk", "Lindqvist", "Montefiore", "Achterberg", "Dujardin"]
TOWNS = [("Leuven", "3000"), ("Gdynia", "81-304"), ("Uppsala", "75320"), ("Bergamo", "24121")]
TODAY = date(2026, 9, 1)

installed = set(env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))
# Contents in the database: the generator may run where the filestore is not.
env["ir.config_parameter"].set_param("ir_attachment.location", "db")


def iban(number):
    bank = "539%07d" % number
    account = bank + "%02d" % (int(bank) % 97 or 97)
    check = 98 - int(account + "111400") % 97
    return "BE%02d%s" % (check, account)


def belgian_vat(number):
    body = 400000000 // 10 + number * 37
    return "BE0%07d%02d" % (body % 10000000, 97 - (body % 10000000) % 97)


def person(i):
    return "%s %s" % (FIRST[i % len(FIRST)], LAST[(i * 5 + i // 8) % len(LAST)] + " " + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i % 26])


country = env.ref("base.be")
context = dict(tracking_disable=True, mail_create_nosubscribe=True, mail_notrack=True, no_reset_password=True)
Partner = env["res.partner"].with_context(**context)

partners = Partner
for i in range(CUSTOMERS):
    town, code = TOWNS[i % len(TOWNS)]
    name = person(i)
    company = Partner.create({
        "name": "%s Trading BV" % name.split()[1] + " %d" % i,
        "is_company": True,
        "vat": belgian_vat(i + 11),
        "email": "office%d@kunde-%d.test" % (i, i),
        "phone": "+32 470 11 %02d %02d" % (i, i + 3),
        "street": "%d Oude Molenweg" % (i + 5),
        "city": town,
        "zip": code,
        "country_id": country.id,
        "comment": "<p>Prefers to be called after <b>four</b>, says %s.</p>" % name,
    })
    Partner.create({
        "name": name,
        "parent_id": company.id,
        "email": "%s@kunde-%d.test" % (name.lower().replace(" ", "."), i),
        "phone": "+32 471 22 %02d %02d" % (i, i + 7),
        "function": "Buyer",
    })
    env["res.partner.bank"].create({"partner_id": company.id, "acc_number": iban(i + 1000)})
    partners |= company

products = env["product.product"].create([
    {"name": "Oak table %d" % i, "list_price": 199.99 + i, "standard_price": 120.5 + i, "type": "consu", "invoice_policy": "order"}
    for i in range(6)
])

orders = env["sale.order"]
for i, partner in enumerate(partners):
    order = env["sale.order"].with_context(**context).create({
        "partner_id": partner.id,
        "client_order_ref": "Order of %s" % partner.name,
        "date_order": TODAY - timedelta(days=i),
        "order_line": [
            (0, 0, {"product_id": products[(i + k) % 6].id, "product_uom_qty": k + 1, "price_unit": 33.33 * (k + 1) + i})
            for k in range(3)
        ],
    })
    order.action_confirm()
    orders |= order

invoices = orders._create_invoices(grouped=False)
for i, invoice in enumerate(invoices):
    invoice.invoice_date = TODAY - timedelta(days=i)
    invoice.ref = "Ref of %s" % invoice.partner_id.name
invoices.action_post()

journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
for i, invoice in enumerate(invoices):
    if i % 3 == 2:
        continue
    wizard = env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create({
        "journal_id": journal.id,
        "payment_date": TODAY,
    })
    if i % 3 == 1:
        wizard.amount = round(invoice.amount_total / 2, 2)
    wizard._create_payments()

vendor = Partner.create({"name": "Houtzagerij Verstraelen NV", "is_company": True, "email": "verkoop@verstraelen.test"})
bill = env["account.move"].create({
    "move_type": "in_invoice",
    "partner_id": vendor.id,
    "ref": "F2026/0815",
    "invoice_date": TODAY,
    "invoice_line_ids": [(0, 0, {"name": "Planks for %s" % person(3), "quantity": 7, "price_unit": 19.07})],
})
bill.action_post()

for i, partner in enumerate(partners):
    body = "<p>Dear %s,</p><p>we call <b>%s</b> or write to <a href=\"mailto:%s\">%s</a>.</p>" % (
        person(i), partner.phone, partner.email, partner.email)
    from markupsafe import Markup
    partner.message_post(body=Markup(body), subject="For %s" % partner.name, email_from='"%s" <%s>' % (person(i), partner.email),
                         message_type="comment", subtype_xmlid="mail.mt_note")
    env["ir.attachment"].create({
        "name": "Contract of %s.pdf" % partner.name,
        "mimetype": "application/pdf",
        "datas": b64encode(b"%PDF-1.4\n% Contract of " + partner.name.encode() + b"\n" + b"x" * (i * 3000)),
        "res_model": "res.partner",
        "res_id": partner.id,
    })

if "crm" in installed:
    for i in range(12):
        partner = partners[i]
        env["crm.lead"].with_context(**context).create({
            "name": "Opportunity of %s" % partner.name,
            "type": "opportunity",
            "partner_name": partner.name,
            "contact_name": person(i),
            "email_from": partner.email,
            "phone": partner.phone,
            "expected_revenue": 1000 + i,
            "description": "<p>Met %s at the fair.</p>" % person(i),
        })

if "hr" in installed:
    for i in range(10):
        name = person(i + 30)
        env["hr.employee"].with_context(**context).create({
            "name": name,
            "work_email": "%s@firma.test" % name.lower().replace(" ", "."),
            "work_phone": "+32 2 555 %02d %02d" % (i, i + 10),
            "private_email": "private%d@home.test" % i,
            "private_phone": "+32 472 33 %02d %02d" % (i, i + 11),
            "birthday": date(1980, 1, 15) + timedelta(days=100 * i),
            "private_street": "%d Kerkstraat" % (i + 1),
            "ssnid": "800115%03d%02d" % (i, i + 10),
            "emergency_contact": person(i + 60),
        })

user = env["res.users"].with_context(**context).create({
    "name": person(90),
    "login": "%s@firma.test" % person(90).lower().replace(" ", "."),
    "email": "%s@firma.test" % person(90).lower().replace(" ", "."),
})
env.cr.commit()
print("FILLED partners=%d orders=%d invoices=%d" % (len(partners), len(orders), len(invoices)))
