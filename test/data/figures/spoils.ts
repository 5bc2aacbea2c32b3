/** For every invariant, a change of one row that only this one may name, and what is said of it. */
export interface Spoil {
  readonly sql: string;
  readonly says: RegExp;
  /** What has to be there first: a table of another series, or one of a module that is not free. */
  readonly before?: string;
}

const one = (table: string, where = 'true'): string => `(select min(id) from ${table} where ${where})`;
const RECEIVABLE = `account_id in (select id from account_account where account_type = 'asset_receivable')`;
const INCOME = `parent_state = 'posted' and account_id in (select id from account_account where account_type = 'income')`;

export const SPOILS: Readonly<Record<string, Spoil>> = {
  'trial-balance': {
    sql: `update account_move_line set debit = debit + 0.01 where id = ${one('account_move_line', `parent_state = 'posted' and debit > 0`)}`,
    says: /^Debit of all posted entries, company 1 My Company was [\d ]+\.\d{2}, is [\d ]+\.\d{2}$/,
  },
  'account-balances': {
    sql: `update account_move_line set balance = balance - 1 where id = ${one('account_move_line', INCOME)}`,
    says: /^Balance of account \d+ .* of company 1 was -?[\d ]+\.\d{2}, is -?[\d ]+\.\d{2}$/,
  },
  'receivable-payable': {
    sql: `update account_move_line set amount_residual = amount_residual - 40.5
           where id = ${one('account_move_line', `parent_state = 'posted' and ${RECEIVABLE}`)}`,
    says: /^Receivable still open of company 1 \(My Company\) was [\d ]+\.\d{2}, is [\d ]+\.\d{2}$/,
  },
  'invoices-and-entries': {
    sql: `update account_move set amount_total = amount_total + 10 where id = ${one('account_move', `move_type = 'out_invoice'`)}`,
    says: /^Total of invoices and entries, move type out_invoice, state posted, company 1 My Company, currency USD was/,
  },
  'document-numbers': {
    sql: `update account_move set sequence_number = 999 where id = ${one('account_move', `move_type = 'out_invoice'`)}`,
    says: /^Last number of posted documents, journal \d+, series INV\/2026\/ was 24, is 999$/,
  },
  payments: {
    sql: `update account_payment set amount = amount + 1 where id = ${one('account_payment')}`,
    says: /^Total of payments, type inbound, state \w+, company 1 My Company was/,
  },
  reconciliations: {
    sql: `update account_partial_reconcile set amount = amount - 1 where id = ${one('account_partial_reconcile')}`,
    says: /^Total of reconciliations, company 1 My Company was/,
  },
  'bank-lines': {
    sql: `update account_bank_statement_line set amount = 1 where id = ${one('account_bank_statement_line', 'amount = 299.85')}`,
    says: /^Total of bank statement lines, .* was 299\.85, is 1\.00$/,
  },
  'analytic-lines': {
    sql: `update account_analytic_line set amount = amount - 7 where id = ${one('account_analytic_line')}`,
    says: /^Total of analytic lines, company 1 My Company was/,
  },
  taxes: {
    sql: `update account_tax set amount = 21 where id = ${one('account_tax')}`,
    says: /^Tax 15% of company 1 was sale percent 15 in use, is sale percent 21 in use$/,
  },
  'sales-orders': {
    sql: `update sale_order set amount_total = 0 where id = ${one('sale_order')}`,
    says: /^Total of sales orders, state sale, company 1 My Company, currency USD was/,
  },
  'purchase-orders': {
    sql: `update purchase_order set amount_total = 0 where id = ${one('purchase_order')}`,
    says: /^Total of purchase orders, state purchase, .* is 0\.00$/,
  },
  'till-orders': {
    sql: `update pos_order set amount_paid = 80 where id = ${one('pos_order')}`,
    says: /^Paid of till orders, .* was 81\.00, is 80\.00$/,
  },
  'till-payments': {
    sql: `update pos_payment set amount = 80 where id = ${one('pos_payment')}`,
    says: /^Total of till payments, .* was 81\.00, is 80\.00$/,
  },
  'till-sessions': {
    sql: `update pos_session set state = 'opening_control' where id = ${one('pos_session')}`,
    says: /^Number of till sessions, state \w+ was 1, is not there any more$/,
  },
  'loyalty-cards': {
    sql: `update loyalty_card set points = 0 where id = ${one('loyalty_card', 'points = 25')}`,
    says: /^Points of loyalty cards, .* was 25, is 0$/,
  },
  'payment-transactions': {
    sql: `update payment_transaction set amount = 1 where id = ${one('payment_transaction')}`,
    says: /^Total of online payments, .* was 12\.34, is 1\.00$/,
  },
  'manufacturing-orders': {
    sql: `update mrp_production set product_qty = 3 where id = ${one('mrp_production')}`,
    says: /^Quantity of manufacturing orders, .* was 2, is 3$/,
  },
  expenses: {
    sql: `update hr_expense set total_amount = 1 where id = ${one('hr_expense')}`,
    says: /^Total of expenses, .* was 48\.60, is 1\.00$/,
  },
  'time-off': {
    sql: `update hr_leave set number_of_days = 5 where id = ${one('hr_leave')}`,
    says: /^Days of requests for time off, state \w+ was 2, is 5$/,
  },
  'time-off-granted': {
    sql: `update hr_leave_allocation set number_of_days = 19 where id = ${one('hr_leave_allocation')}`,
    says: /^Days of allocations of time off, state \w+ was 20, is 19$/,
  },
  payslips: {
    before: `create table hr_payslip (id int, state text, company_id int, net_wage numeric); insert into hr_payslip values (1, 'done', 1, 2400.5)`,
    sql: `update hr_payslip set net_wage = 2400`,
    says: /^Net of payslips, state done, company 1 My Company was 2 400\.50, is 2 400\.00$/,
  },
  'stock-quantities': {
    sql: `update stock_quant set quantity = quantity + 1 where id = ${one('stock_quant', `location_id in (select id from stock_location where usage = 'internal')`)}`,
    says: /^Quantity of stock, locations internal, company 1 My Company was \d+, is \d+$/,
  },
  'stock-value': {
    sql: `update stock_move set value = value + 1 where id = ${one('stock_move', `is_in and state = 'done'`)}`,
    says: /^Value of valued movements, direction in, company 1 My Company was/,
  },
  'stock-value-layers': {
    before: `create table stock_valuation_layer (id int, value numeric, quantity numeric, remaining_value numeric, company_id int);
             insert into stock_valuation_layer values (1, 100, 4, 50, 1)`,
    sql: `update stock_valuation_layer set remaining_value = 40`,
    says: /^Value that remains of valuation layers, company 1 My Company was 50\.00, is 40\.00$/,
  },
  'stock-revaluations': {
    sql: `update product_value set value = value + 1 where id = ${one('product_value')}`,
    says: /^Value of revaluations, company 1 My Company was/,
  },
  'product-costs': {
    sql: `update product_product set standard_price = '{"1": 1}' where id = ${one('product_product', 'id in (select product_id from stock_quant)')}`,
    says: /^Costs of all products in stock, company 1 My Company was/,
  },
  'stock-transfers': {
    sql: `update stock_picking set state = 'cancel' where id = ${one('stock_picking', `state = 'assigned'`)}`,
    says: /^Number of transfers, picking type \d+, state assigned, company 1 My Company was 24, is 23$/,
  },
  'stock-moves': {
    sql: `update stock_move set product_uom_qty = product_uom_qty + 1 where id = ${one('stock_move')}`,
    says: /^Quantity wanted of stock movements, state \w+, company 1 My Company was/,
  },
  sequences: {
    sql: `alter sequence ir_sequence_025 restart with 1`,
    says: /^Next number of Sales Order \(sale\.order\) was 26, is 1$/,
  },
  users: {
    sql: `update res_users set active = false where login = 'admin'`,
    says: /^Number of users, who can log in, internal was 2, is 1$/,
  },
  'group-members': {
    sql: `insert into res_groups_users_rel (gid, uid) select res_id, ${one('res_users', `login like '%@firma.test'`)} from ir_model_data where module = 'base' and name = 'group_system'`,
    says: /^Members of base\.group_system \(.*\) was users [\d, ]+, is users [\d, ]+$/,
  },
  companies: {
    sql: `update res_company set hard_lock_date = '2026-06-30'`,
    says: /^The hard lock date of company 1 \(My Company\) was none, is 2026-06-30$/,
  },
  'currency-rates': {
    sql: `update res_currency_rate set rate = 0.92`,
    says: /^Sum of all rates of EUR for company 1 was 0\.91, is 0\.92$/,
  },
  'master-data': {
    sql: `update res_partner set active = false where id = ${one('res_partner', `name = 'Meubelhal Overzee NV'`)}`,
    says: /^Contacts, in use was \d+, is \d+$/,
  },
  attachments: {
    sql: `delete from ir_attachment where id = ${one('ir_attachment', `res_model = 'res.partner' and res_id > 0 and res_field is null`)}`,
    says: /^Files attached to res\.partner was 24, is 23$/,
  },
  messages: {
    sql: `delete from mail_message where id = ${one('mail_message', `message_type = 'comment'`)}`,
    says: /^Messages of the type comment was 24, is 23$/,
  },
  properties: {
    sql: `update product_category set property_cost_method = null where id = ${one('product_category', `name = 'Valued'`)}`,
    says: /^product_category\.property_cost_method set for company 1 was \d+, is \d+$/,
  },
};
