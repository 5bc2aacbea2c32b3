import type { Catalog } from '../../domain/catalog.ts';
import { quoteName, quoteText } from '../../domain/quote.ts';

/** Real values of production, for a scanner that looks for them in what is about to be stored. */
export type DictionaryKind = 'email' | 'name' | 'phone' | 'vat' | 'iban';

interface Source {
  readonly kind: DictionaryKind;
  readonly table: string;
  readonly column: string;
}
const of = (kind: DictionaryKind, ...places: readonly string[]): readonly Source[] =>
  places.map((place) => {
    const [table = '', column = ''] = place.split('.');
    return { kind, table, column };
  });

/** Where the real values stand, not their copies: a value in a copy stands here too. */
const SOURCES: readonly Source[] = [
  ...of('email', 'res_partner.email', 'res_users.login', 'hr_employee.work_email', 'hr_employee.private_email'),
  ...of('email', 'crm_lead.email_from', 'hr_applicant.email_from', 'mailing_contact.email', 'event_registration.email'),
  ...of('name', 'res_partner.name', 'hr_employee.name', 'hr_employee.legal_name', 'hr_employee.emergency_contact'),
  ...of('name', 'crm_lead.contact_name', 'crm_lead.partner_name', 'hr_applicant.partner_name', 'mailing_contact.name'),
  ...of('name', 'event_registration.name', 'res_partner_bank.acc_holder_name', 'resource_resource.name'),
  ...of('phone', 'res_partner.phone', 'res_partner.mobile', 'hr_employee.private_phone', 'hr_employee.mobile_phone'),
  ...of('phone', 'hr_employee.work_phone', 'hr_employee.emergency_phone', 'crm_lead.phone', 'crm_lead.mobile'),
  ...of('phone', 'hr_applicant.partner_phone', 'mailing_contact.mobile', 'event_registration.phone'),
  ...of('vat', 'res_partner.vat', 'res_partner.company_registry', 'hr_version.ssnid', 'hr_version.identification_id'),
  ...of('vat', 'hr_version.passport_id', 'hr_employee.ssnid', 'hr_employee.identification_id'),
  ...of('iban', 'res_partner_bank.acc_number', 'account_bank_statement_line.account_number'),
];

/** Signs that stand beside an address, not in it. Looked for one by one: translating a text costs a tenth of a microsecond a letter. */
const ALONE = [' ', '<', '>', ',', ';', ':', '"', '(', ')'];
/**
 * Each kind as a scanner can find it again: an address alone, a name as it is written (whose letters outside ASCII tell how else it
 * may be), the others as letters and digits only; what is too short would be found everywhere. By expression only where that is needed.
 */
const NORMALISED: Readonly<Record<DictionaryKind, (value: string) => string>> = {
  email: (value) =>
    `lower(case when ${ALONE.map((sign) => `strpos(${value},'${sign}')=0`).join(' and ')} then ${value} else substring(${value} from '[[:alnum:]._%+''-]+@[[:alnum:].-]+') end)`,
  name: (value) => value,
  // Replacing by expression takes three times as long, and few numbers need it.
  phone: (value) =>
    `case when translate(${value},'0123456789 +-./()','')='' then translate(${value},' +-./()','') else regexp_replace(${value},'\\D','','g') end`,
  vat: (value) => `upper(regexp_replace(${value},'[^[:alnum:]]','','g'))`,
  iban: (value) => `upper(regexp_replace(${value},'[^[:alnum:]]','','g'))`,
};
const WORTH_FINDING: Readonly<Record<DictionaryKind, string>> = {
  email: "v !~ '@(mail\\.)?(example|odoo|yourcompany|mycompany|company)\\.'",
  name: "length(v)>=7 and v like '_% _%'",
  phone: 'length(v)>=8',
  vat: "length(v)>=8 and v ~ '[0-9]{5}'",
  iban: 'length(v)>=10',
};

/** Odoo's own people (OdooBot, Administrator, robots of the chat) are nobody, and what a company says of itself stands on its web site anyway. */
const nobody = (table: string, has: (place: string) => boolean): string =>
  [
    `exists (select from ir_model_data d where d.model=${quoteText(table.replaceAll('_', '.'))} and d.res_id=t.id and d.module in (select name from ir_module_module))`,
    ...(table === 'res_partner'
      ? OWN_PARTNERS.filter(has).map((place) => {
          const [owner = '', column = ''] = place.split('.');
          return `t.id in (select ${quoteName(column)} from ${quoteName(owner)})`;
        })
      : []),
  ].join(' or ');
const OWN_PARTNERS = ['res_company.partner_id', 'chatbot_script.operator_partner_id'];

/** Statements that each give rows `kind, value`; a value may come more than once. */
export const dictionarySources = (catalog: Catalog): readonly string[] => {
  const places = new Set(
    catalog.tables.flatMap((table) => table.columns.map((column) => `${table.name}.${column.name}`)),
  );
  const has = (place: string): boolean => places.has(place);
  return SOURCES.filter(({ table, column }) => has(`${table}.${column}`)).map(
    ({ kind, table, column }) =>
      `select ${quoteText(kind)} as kind, v as value from (select ${NORMALISED[kind](`t.${quoteName(column)}::text`)} v from ${quoteName(table)} t where t.${quoteName(column)} is not null and not (${nobody(table, has)}) offset 0) x where v is not null and ${WORTH_FINDING[kind]}`,
  );
};
