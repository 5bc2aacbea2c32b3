import type { ColumnFacts } from '../../../domain/catalog.ts';
import { quoteName, quoteText } from '../../../domain/quote.ts';
import { CODE_WITH_CREDENTIAL, CREDENTIAL_VALUE } from '../../neutralise/credential-names.ts';
import { isJson } from '../masks/masks.ts';
import { keySql } from '../masks/session.ts';
import { TEXT_MASKS } from '../masks/text-masks.ts';
import { type ColumnAt, wordsOf } from './rule.ts';

/** Settings that say how Odoo behaves, and nothing about anybody. A setting that is not here is not taken along. */
export const PARAMETERS = wordsOf(`base.login_cooldown_after base.login_cooldown_duration base.template_portal_user_id
  base.default_max_email_size database.create_date base_setup.show_effect mail.activity.gc.delete_overdue_years
  mail.restrict.template.rendering analytic.project_plan auth_signup.invitation_scope auth_signup.reset_password
  calendar.default_privacy digest.default_digest_emails digest.default_digest_id crm.pls_fields crm.pls_start_date
  mass_mailing.mass_mailing_reports mass_mailing.show_blacklist_buttons stock.barcode_separator
  account_payment.enable_portal_payment hr_expense.use_mailgateway loyalty.compute_all_discount_product_ids
  point_of_sale.limited_product_count point_of_sale.limited_customer_count sale.default_confirmation_template
  sale.default_invoice_email_template sale.async_emails sale.automatic_invoice account.use_invoice_terms
  account.show_line_subtotals_tax_selection product.product_pricelist_setting product.weight_in_lbs
  product.volume_in_cubic_feet crm.lead.auto.assignment website_sale.automatic_invoice website_sale.enabled_portal_reorder_button
  auth_password_policy.minlength auth_totp.policy hr.hr_presence_control_login sale.use_quotation_validity_days
  stock.no_default_scrap web.max_file_upload_size report.print_delay base.enable_programmatic_api_keys
  mail.use_twilio_rtc_servers mass_mailing.outgoing_mail_server purchase.group_send_reminder`);

/** Settings that have to be there; a copy gets its own when it is made, these only keep Odoo from failing until then. */
export const INVENTED_PARAMETERS: Readonly<Record<string, string>> = {
  'database.secret': `encode(sha256(convert_to(${keySql}||'database.secret','UTF8')),'hex')`,
  'database.uuid': `left(encode(sha256(convert_to(${keySql}||'database.uuid','UTF8')),'hex'),32)::uuid::text`,
  'web.base.url': "'http://localhost:8069'",
};

const inList = (values: readonly string[]): string => `(${values.map(quoteText).join(',')})`;

export const parameterRows = `t.key in ${inList([...PARAMETERS, ...Object.keys(INVENTED_PARAMETERS)])}`;
export const parameterValue = `case t.key ${Object.entries(INVENTED_PARAMETERS)
  .map(([key, sql]) => `when ${quoteText(key)} then ${sql}`)
  .join(' ')} else t.value end`;

/** Records that a person brought in carry names of the person's choice: `__import__.jane_doe`. Those of modules are needed for updates. */
const OF_MODULE = 't.module in (select name from ir_module_module)';
export const dataModule = `case when ${OF_MODULE} then t.module else '__import__' end`;
export const dataName = `case when ${OF_MODULE} then t.name else 'record_'||t.id end`;

/** `ir.embedded.actions`: tabs over a list, which anybody can add and keep to himself. */
const OF_MODULE_ACTION =
  "exists (select from ir_model_data d where d.model='ir.embedded.actions' and d.res_id=t.id and d.module in (select name from ir_module_module))";
const emptyView = (column: ColumnFacts): string => {
  if (column.name === 'domain') return "'[]'";
  if (column.name === 'context') return "'{}'";
  return isJson(column) ? "jsonb_build_object('en_US','View '||t.id)" : "'View '||t.id";
};
export const savedView = ({ column }: ColumnAt): string => {
  const at = `t.${quoteName(column.name)}`;
  return `case when ${at} is null or ${OF_MODULE_ACTION} then ${at} else ${emptyView(column)} end`;
};

/** What a user wants to find filled in may be anything, a name or an account; what a company wants is how it works. */
export const defaultRows = 't.user_id is null';

/** Code is what a copy is there to try; one in which somebody wrote a key of a well-known service stays in production. */
export const actionCode = `case when t.code ~ ${quoteText(CREDENTIAL_VALUE)} then ${quoteText(CODE_WITH_CREDENTIAL)} else t.code end`;

/** Odoo calls a bank's journal by its account number until somebody gives it a name. */
export const journalName = ({ column }: ColumnAt): string => {
  const at = `t.${quoteName(column.name)}`;
  const name = (value: string): string =>
    `case when ${value} ~ '[0-9]([ .-]?[0-9]){7}' then ${TEXT_MASKS.iban(value, '')} else ${value} end`;
  if (!isJson(column)) return name(`${at}::text`);
  return `case when jsonb_typeof(${at})='object' then (select jsonb_object_agg(e.key,${name('e.value')}) from jsonb_each_text(${at}) e) end`;
};

/** Models say what a file belongs to; of other rows the name alone would tell. */
const DOCUMENTS = wordsOf('sale_order purchase_order account_move stock_picking mrp_production pos_order repair_order');
/** Where a document came from, by its number; what is no number of a document of ours is masked. */
export const originOf = (at: ColumnAt): string => {
  const column = `t.${quoteName(at.column.name)}`;
  const numbers = DOCUMENTS.filter((table) => at.tables.has(table)).map(
    (table) => `select name from ${quoteName(table)}`,
  );
  const other = `case when ${column} is null or ${column}='' then ${column} else ${TEXT_MASKS.reference(`${column}::text`, '')} end`;
  return numbers.length === 0
    ? other
    : `case when ${column} in (${numbers.join(' union all ')}) then ${column} else ${other} end`;
};

/** A customer's invoice is paid under its own number, a vendor's under the vendor's. */
export const paymentReference = `case when t.payment_reference=t.name or coalesce(t.payment_reference,'')='' then t.payment_reference else ${TEXT_MASKS.reference('t.payment_reference::text', '')} end`;

/** A template's address is an expression over the record, or somebody's real address. */
export const templateAddress = (at: ColumnAt): string => {
  const column = `t.${quoteName(at.column.name)}`;
  return `case when coalesce(${column},'')='' or ${column} ~ '^\\s*\\{\\{[^{}]*\\}\\}\\s*$' then ${column} else ${TEXT_MASKS.email(`${column}::text`, '')} end`;
};

export const translated = (at: ColumnAt): string => {
  const column = `t.${quoteName(at.column.name)}`;
  return `case when coalesce(${column},'')='' or t.type='code' or t.module in (select name from ir_module_module) then ${column} else ${TEXT_MASKS.text(`${column}::text`, '')} end`;
};
