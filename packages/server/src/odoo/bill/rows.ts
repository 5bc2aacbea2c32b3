import { canonical } from '@slipway/contracts/decimal';
import type { BillDocument, BillRow } from '@slipway/contracts/rollback-views';
import { quoteName } from '../../domain/quote.ts';
import type { Statement } from '../../ports/database-copy.ts';
import type { SqlAnswer } from '../../ports/sql-databases.ts';
import type { Target } from './catalog.ts';

/** Odoo writes times in UTC, without saying so. */
const SINCE = `$1::timestamptz at time zone 'UTC'`;
const CREATED = `t.create_date >= ${SINCE}`;
const CHANGED = `t.write_date >= ${SINCE} and (t.create_date < ${SINCE} or t.create_date is null)`;

export const countStatement = ({ table, where }: Target, since: string): Statement => ({
  text: `select count(*) filter (where ${CREATED})::text as created, count(*) filter (where ${CHANGED})::text as changed
           from ${quoteName(table)} t where ${where} and (t.create_date >= ${SINCE} or t.write_date >= ${SINCE})`,
  parameters: [since],
});

const nameOf = ({ names, about, columns }: Target): string => {
  const parts = names.map((name) => {
    const column = `t.${quoteName(name)}`;
    // A name that is translated is jsonb since Odoo 16.
    const text =
      columns.get(name) === 'jsonb'
        ? `coalesce(${column}->>'en_US', (select min(v.value) from jsonb_each_text(${column}) v))`
        : `${column}::text`;
    return `nullif(nullif(${text}, ''), '/')`;
  });
  for (const [column, table] of about)
    parts.push(`(select r.name from ${quoteName(table)} r where r.id = t.${quoteName(column)})`);
  return parts.length === 0 ? 'null' : `left(coalesce(${parts.join(', ')}), 200)`;
};

const currencyOf = ({ columns, amount }: Target): string => {
  if (amount === null) return 'null';
  if (columns.has('currency_id')) return '(select c.name from res_currency c where c.id = t.currency_id)';
  if (columns.has('company_id'))
    return '(select c.name from res_currency c join res_company o on o.currency_id = c.id where o.id = t.company_id)';
  return 'null';
};

const amountOf = ({ amount }: Target): string => (amount === null ? 'null' : `t.${quoteName(amount)}::numeric::text`);

const personOf = (target: Target, column: string): string =>
  target.columns.has(column) ? `(select u.login from res_users u where u.id = t.${column})` : 'null';

const asIso = (value: string): string => `to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** The newest first, what was created before what was changed. */
export const rowsStatement = (target: Target, since: string, limit: number): Statement => ({
  text: `select t.id::text as id, ${nameOf(target)} as name, case when ${CREATED} then 'created' else 'changed' end as what,
                case when ${CREATED} then ${personOf(target, 'create_uid')} else ${personOf(target, 'write_uid')} end as who,
                ${asIso(`case when ${CREATED} then t.create_date else t.write_date end`)} as at,
                ${amountOf(target)} as amount, ${currencyOf(target)} as currency
           from ${quoteName(target.table)} t where ${target.where} and (${CREATED} or ${CHANGED})
          order by coalesce(${CREATED}, false) desc, case when ${CREATED} then t.create_date else t.write_date end desc, t.id desc limit $2`,
  parameters: [since, limit],
});

export const totalsStatement = (target: Target, since: string): Statement => ({
  text: `select ${currencyOf(target)} as currency, coalesce(sum(${amountOf(target)}::numeric), 0)::text as amount
           from ${quoteName(target.table)} t where ${target.where} and ${CREATED} group by 1 order by 1`,
  parameters: [since],
});

/** What is known of rows that are there no more: asked of the database that still has them. */
export const formerStatement = (target: Target, ids: readonly string[]): Statement => ({
  text: `select t.id::text as id, ${nameOf(target)} as name, 'deleted' as what, null as who, null as at,
                ${amountOf(target)} as amount, ${currencyOf(target)} as currency
           from ${quoteName(target.table)} t where t.id = any($1::bigint[]) order by t.id`,
  parameters: [ids],
});

const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

export const readRows = (rows: SqlAnswer['rows']): BillRow[] =>
  rows.map(({ id, name, what, who, at, amount, currency }) => ({
    id: String(id),
    name: textOrNull(name),
    what: what as BillRow['what'],
    who: textOrNull(who),
    at: textOrNull(at),
    amount: amount === null || amount === undefined ? null : canonical(String(amount)),
    currency: textOrNull(currency),
  }));

export const readTotals = (rows: SqlAnswer['rows']): BillDocument['totals'] =>
  rows.map(({ currency, amount }) => ({ currency: textOrNull(currency), amount: canonical(String(amount)) }));
