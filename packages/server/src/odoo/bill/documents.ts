import type { BillDocument } from '@slipway/contracts/rollback-views';

/** A document that people know by a name; several may share a table. */
export interface KnownDocument {
  readonly model: string;
  readonly title: string;
  /** Which rows of the table, of columns that its model has in every series. */
  readonly where?: string;
  readonly amount?: string;
  /** Columns that name it, best first; else those of `NAMES`. */
  readonly name?: readonly string[];
  /** Only how many: messages, files. */
  readonly counted?: boolean;
}

const known = (model: string, title: string, more: Omit<KnownDocument, 'model' | 'title'> = {}): KnownDocument => ({
  ...{ model, title },
  ...more,
});
const TOTAL = { amount: 'amount_total' };
const moves = (title: string, types: string): KnownDocument =>
  known('account.move', title, { ...TOTAL, name: ['name', 'ref'], where: `t.move_type in (${types})` });

/** In the order in which they are told. */
export const KNOWN: readonly KnownDocument[] = [
  known('sale.order', 'Quotations and sales orders', TOTAL),
  moves('Customer invoices and credit notes', `'out_invoice', 'out_refund', 'out_receipt'`),
  moves('Vendor bills and refunds', `'in_invoice', 'in_refund', 'in_receipt'`),
  known('account.payment', 'Payments', { amount: 'amount', name: ['name', 'memo', 'payment_reference'] }),
  moves('Journal entries', `'entry'`),
  known('account.bank.statement.line', 'Lines of bank statements', { amount: 'amount', name: ['payment_ref'] }),
  known('payment.transaction', 'Online payments', { amount: 'amount', name: ['reference'] }),
  known('pos.order', 'Orders of the point of sale', TOTAL),
  known('pos.session', 'Sessions of the point of sale'),
  known('purchase.order', 'Purchase orders', TOTAL),
  known('stock.picking', 'Receipts, deliveries and transfers'),
  known('stock.move', 'Movements of stock', { name: ['reference', 'origin', 'name'] }),
  known('mrp.production', 'Manufacturing orders'),
  known('repair.order', 'Repairs'),
  known('crm.lead', 'Leads and opportunities', { amount: 'expected_revenue' }),
  known('project.project', 'Projects'),
  known('project.task', 'Tasks'),
  known('account.analytic.line', 'Timesheets and analytic lines', { amount: 'amount' }),
  known('helpdesk.ticket', 'Tickets'),
  known('calendar.event', 'Meetings'),
  known('event.registration', 'Registrations for events'),
  known('hr.employee', 'Employees'),
  known('hr.expense', 'Expenses', { amount: 'total_amount' }),
  known('hr.leave', 'Requests for time off', { name: ['private_name', 'name'] }),
  known('hr.leave.allocation', 'Allocations of time off', { name: ['private_name', 'name'] }),
  known('hr.attendance', 'Attendances'),
  known('hr.applicant', 'Applicants', { name: ['partner_name', 'name'] }),
  known('hr.payslip', 'Payslips', { amount: 'net_wage' }),
  known('loyalty.card', 'Gift cards and coupons', { name: ['code'] }),
  known('res.partner', 'Contacts', { name: ['complete_name', 'display_name', 'name'] }),
  known('product.template', 'Products'),
  known('res.users', 'Users', { name: ['login'] }),
  known('mail.message', 'Messages and notes', {
    where: `t.message_type in ('comment', 'email', 'sms', 'whatsapp_message')`,
    counted: true,
  }),
  known('ir.attachment', 'Attached files', {
    where: `t.res_id > 0 and t.res_field is null and t.res_model not like 'ir.%'`,
    counted: true,
  }),
];

export const KNOWN_MODELS: ReadonlySet<string> = new Set(KNOWN.map(({ model }) => model));

/** What names a record of a model that nobody knows here, best first. */
export const NAMES = ['name', 'x_name', 'display_name', 'number', 'reference', 'ref', 'code', 'subject', 'title'];
export const AMOUNTS = ['amount_total', 'total_amount', 'amount', 'x_amount'];

/** What Odoo derives from documents, or keeps in lines of them: told as a number beside the documents. */
const PARTS = new Set([
  'account.full.reconcile',
  'account.partial.reconcile',
  'hr.version',
  'loyalty.history',
  'pos.payment',
  'pos.pack.operation.lot',
  'product.product',
  'product.value',
  'project.task.stage.personal',
  'resource.resource',
  'stock.package',
  'stock.quant',
  'stock.reference',
  'stock.valuation.layer',
]);
const LINE = /\.lines?(\.|$)/;

/** Written by Odoo itself, by scheduled actions and by merely looking at pages; or configuration of a module. */
const TECHNICAL =
  /^(ir|base|base_import|bus|mail|discuss|im_livechat|digest|web_tour|web_editor|onboarding|iap|auth|fetchmail|google|microsoft|privacy|gamification|link|theme|report|barcode|barcodes|decimal|properties|html_editor|certificate|data_recycle|spreadsheet|snailmail|sms|phone|crm\.iap|crm\.lead\.scoring|res\.(device|users\..+|groups|lang|config)|website\.(visitor|track|route|rewrite|configurator|snippet)|payment\.(method|provider)|sequence|_unknown)(\.|$)/;
/** Of people, although of such a module. */
const NOT_TECHNICAL = new Set([
  'mail.activity',
  'mail.blacklist',
  'mail.template',
  'mail.canned.response',
  'phone.blacklist',
  'ir.filters',
]);

export const kindOf = (model: string): BillDocument['kind'] => {
  if (KNOWN_MODELS.has(model)) return 'business';
  if (NOT_TECHNICAL.has(model)) return 'other';
  if (TECHNICAL.test(model)) return 'technical';
  return PARTS.has(model) || LINE.test(model) ? 'part' : 'other';
};
