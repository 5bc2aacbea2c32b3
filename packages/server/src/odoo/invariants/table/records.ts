import { quoteName } from '../../../domain/quote.ts';
import type { Columns } from '../../neutralise/columns.ts';
import { asked, has, type Invariant, invariant } from '../invariant.ts';

const ODOO = { ir_model: ['model'] };

/** Data that modules may add to, and never take from. */
const COUNTED: Readonly<Record<string, string>> = {
  res_partner: 'Contacts',
  product_template: 'Products',
  product_product: 'Variants of products',
  product_pricelist_item: 'Rules of price lists',
  crm_lead: 'Leads and opportunities',
  project_task: 'Tasks',
  project_project: 'Projects',
  hr_employee: 'Employees',
  calendar_event: 'Meetings',
  event_registration: 'Registrations for events',
  helpdesk_ticket: 'Tickets',
  maintenance_request: 'Maintenance requests',
  mailing_contact: 'Contacts of mailing lists',
  account_analytic_account: 'Analytic accounts',
  stock_lot: 'Lots and serial numbers',
  fleet_vehicle: 'Vehicles',
};

/** By company and by record: jsonb since Odoo 18. */
const WITH_PROPERTIES = ['res_partner', 'product_template', 'product_category', 'product_product'];

const propertyColumns = (columns: Columns): readonly (readonly [string, string])[] =>
  WITH_PROPERTIES.flatMap((table) =>
    [...(columns.get(table) ?? [])]
      .filter(([name, { type }]) => type === 'jsonb' && /^(property_|specific_property_|standard_price$)/.test(name))
      .map(([name]) => [table, name] as const),
  );

export const records: readonly Invariant[] = [
  invariant(
    {
      id: 'master-data',
      title: 'Contacts, products and other records',
      means: 'Records are gone, or were archived, that somebody had made.',
      module: 'base',
      needs: ODOO,
      looks: Object.keys(COUNTED),
      compare: 'not-lower',
    },
    (columns) =>
      Object.entries(COUNTED)
        .filter(([table]) => has(columns, table, 'id'))
        .map(([table, words]) => {
          const active = has(columns, table, 'active') ? 'active' : 'true';
          return `select '${table}/' || f.word as key, '${words}, ' || f.word as says, 'count' as unit, f.value
                    from (select count(*)::text as every, (count(*) filter (where ${active}))::text as used from ${quoteName(table)}) g
                   cross join lateral (values ('in all', g.every), ('in use', g.used)) as f(word, value)`;
        })
        .join(' union all '),
  ),
  invariant(
    {
      id: 'attachments',
      title: 'Attached files',
      means: 'Files that were attached to documents are gone.',
      module: 'base',
      needs: { ir_attachment: ['res_model', 'res_id', 'res_field', 'file_size'] },
      compare: 'not-lower',
    },
    () =>
      `select a.res_model as key, 'Files attached to ' || a.res_model as says, 'count' as unit, count(*)::text as value
         from ir_attachment a where a.res_id > 0 and a.res_field is null and a.res_model not like 'ir.%' group by 1, 2`,
  ),
  invariant(
    {
      id: 'messages',
      title: 'Messages and notes',
      means: 'What people wrote on documents, or mails that came in, are gone.',
      module: 'mail',
      needs: { mail_message: ['message_type', 'model'] },
      compare: 'not-lower',
    },
    () =>
      `select m.message_type as key, 'Messages of the type ' || m.message_type as says, 'count' as unit, count(*)::text as value
         from mail_message m where m.message_type in ('comment', 'email', 'sms', 'whatsapp_message', 'email_outgoing') group by 1, 2`,
  ),
  asked(
    {
      id: 'properties',
      title: 'Accounts, terms and prices that differ by company',
      means: 'Accounts of partners, payment terms, categories or costs that somebody set are empty again.',
      module: 'base',
      needs: ODOO,
      looks: [...WITH_PROPERTIES, 'ir_property'],
      compare: 'not-lower',
    },
    async (session, columns) => {
      const parts = propertyColumns(columns).map(
        ([table, name]) =>
          `select '${table}.${name}/' || e.key as key, '${table}.${name} set for company ' || e.key as says, 'count' as unit, count(*)::text as value
             from ${quoteName(table)} t cross join lateral jsonb_object_keys(t.${quoteName(name)}) e(key)
            where jsonb_typeof(t.${quoteName(name)}) = 'object' group by e.key`,
      );
      if (has(columns, 'ir_property', 'res_id'))
        parts.push(`select concat_ws('/', p.name, p.company_id) as key, concat_ws(' ', p.name, 'set for company', p.company_id) as says,
                           'count' as unit, count(*)::text as value from ir_property p where p.res_id is not null group by 1, 2`);
      if (parts.length === 0) return [];
      return (await session.run({ text: parts.join(' union all '), parameters: [] })).rows;
    },
  ),
];
