"""Read in `odoo shell` on the sanitised copy: prints one line `CHECK name value` per question."""
def check(name, value):
    print("CHECK %s %s" % (name, value))


env["res.users"].browse(2).password = "a-new-passw0rd"
env.cr.commit()
auth = env["res.users"].authenticate({"type": "password", "login": "admin", "password": "a-new-passw0rd"}, {"interactive": False})
check("login", auth["uid"])

invoice = env["account.move"].search([("move_type", "=", "out_invoice"), ("state", "=", "posted")], order="id", limit=1)
html = env["ir.actions.report"]._render_qweb_html("account.report_invoice", invoice.ids)[0]
html = html.decode() if isinstance(html, bytes) else html
check("invoice-names-partner", invoice.partner_id.name in html)
check("invoice-names-number", invoice.name in html)

check("trial-balance", round(sum(env["account.move.line"].search([("parent_state", "=", "posted")]).mapped("balance")), 6))
receivable = env["account.move.line"].search([("account_id.account_type", "=", "asset_receivable"), ("parent_state", "=", "posted")])
ledger = {}
for line in receivable:
    ledger[line.partner_id.id] = ledger.get(line.partner_id.id, 0) + line.balance
owed = {}
for move in env["account.move"].search([("move_type", "=", "out_invoice"), ("state", "=", "posted")]):
    owed[move.commercial_partner_id.id] = owed.get(move.commercial_partner_id.id, 0) + move.amount_residual_signed
check("ledger-equals-invoices", all(abs(ledger[key] - owed.get(key, 0)) < 0.005 for key in ledger) and len(owed) > 10)

partner = invoice.partner_id
check("found-by-name", partner.id in [found[0] for found in env["res.partner"].name_search(partner.name)])
order = env["sale.order"].search([("state", "=", "sale")], limit=1)
check("order-total", abs(order.amount_untaxed - sum(order.order_line.mapped("price_subtotal"))) < 0.005)

attachment = env["ir.attachment"].search([("res_model", "=", "res.partner"), ("mimetype", "=", "application/pdf")], limit=1)
check("attachment-opens", (attachment.raw or b"")[:5] == b"%PDF-" and len(attachment.raw) == attachment.file_size)

new = env["sale.order"].create({
    "partner_id": partner.id,
    "order_line": [(0, 0, {"product_id": env["product.product"].search([("sale_ok", "=", True)], limit=1).id, "product_uom_qty": 2})],
})
new.action_confirm()
bill = new._create_invoices() if new.invoice_status == "to invoice" else env["account.move"]
check("new-order", new.state)

from PIL import Image
import io, zipfile
kinds = set()
for found in env["ir.attachment"].search([("name", "like", "placeholder-"), ("res_field", "like", "placeholder-")]):
    kind = found.name.split(".")[-1]
    raw = found.raw
    if kind in ("png", "jpg", "gif", "ico"):
        Image.open(io.BytesIO(raw)).load()
    elif kind == "webp":
        # Odoo leaves this format out of the ones that it loads.
        assert raw[:4] == b"RIFF" and raw[8:12] == b"WEBP"
    elif kind in ("xlsx", "docx", "odt", "ods", "zip"):
        assert zipfile.ZipFile(io.BytesIO(raw)).testzip() is None
    elif kind in ("svg", "xml"):
        from lxml import etree
        etree.fromstring(raw, etree.XMLParser(huge_tree=True))
    kinds.add(kind)
check("placeholders-open", len(kinds))
