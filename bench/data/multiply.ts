/** Makes a small business large: every customer, order, invoice and message again and again, each time under new numbers. */
import pg from 'pg';

/** What grows. Rows of a fresh Odoo stay as they are; references among rows that grow lead to the copy's own. */
const GROWING = [
  ...['res_partner', 'res_partner_bank', 'sale_order', 'sale_order_line', 'account_move', 'account_move_line'],
  ...['account_payment', 'account_full_reconcile', 'account_partial_reconcile', 'mail_message', 'mail_tracking_value'],
  ...['crm_lead', 'mail_followers'],
];
const RELATIONS = ['account_move_line_account_tax_rel', 'sale_order_line_invoice_rel', 'account_move__account_payment'];
/** Copies per statement. */
const BATCH = 100;

const q = pg.escapeIdentifier;

/** `{n}`: number of the copy. What a person is called differs from copy to copy, as it does between people. */
const VARIED: Readonly<Record<string, string>> = {
  'res_partner.name': `t.name || ' ' || {n}`,
  'res_partner.complete_name': `t.complete_name || ' ' || {n}`,
  'res_partner.email': `'u' || {n} || t.email`,
  'res_partner.email_normalized': `'u' || {n} || t.email_normalized`,
  'res_partner.phone': `'+324' || lpad(((t.id * 7919 + {n} * 104729) % 100000000)::text, 8, '0')`,
  'res_partner.phone_sanitized': `'+324' || lpad(((t.id * 7919 + {n} * 104729) % 100000000)::text, 8, '0')`,
  'mail_message.body': `t.body || '<p>' || md5({n}::text || t.id) || '</p>'`,
  'mail_message.message_id': `md5({n}::text || t.id)`,
};

interface Grown {
  /** Rows above it are copied. */
  readonly base: number;
  /** How far the numbers of one copy lie from those of the next. */
  readonly stride: number;
}

/** `fresh`: the same installation without business. */
export const multiply = async (client: pg.Client, fresh: pg.Client, copies: number): Promise<void> => {
  await client.query(
    `set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'`,
  );
  const grown = new Map<string, Grown>();
  for (const table of GROWING) {
    const most = async (at: pg.Client): Promise<number> =>
      (await at.query(`select coalesce(max(id), 0)::int as id from ${q(table)}`)).rows[0].id;
    const [base, now] = [await most(fresh), await most(client)];
    if (now > base) grown.set(table, { base, stride: now - base });
  }
  for (const table of [...grown.keys(), ...RELATIONS]) {
    const statement = await statementFor(client, table, grown);
    for (let from = 1; from <= copies; from += BATCH)
      await client.query(statement, [from, Math.min(from + BATCH - 1, copies)]);
    if (grown.has(table))
      await client.query(`select setval(pg_get_serial_sequence($1, 'id'), (select max(id) from ${q(table)}))`, [table]);
  }
  await client.query('vacuum analyze');
};

const statementFor = async (client: pg.Client, table: string, grown: ReadonlyMap<string, Grown>): Promise<string> => {
  const columns = await columnsOf(client, table);
  const own = grown.get(table);
  const values = columns.map(({ name, references, unique, isText }) => {
    const varied = VARIED[`${table}.${name}`];
    if (varied !== undefined) return varied.replaceAll('{n}', 'n');
    const column = `t.${q(name)}`;
    const target = name === 'id' ? own : grown.get(references ?? '');
    if (target !== undefined) return shifted(column, target);
    if (name === 'res_id')
      return pointed(column, columns.some((one) => one.name === 'model') ? 't.model' : 't.res_model', grown);
    return unique && isText ? `${column} || '~' || n` : column;
  });
  const where = own === undefined ? '' : ` where t.id > ${own.base} and t.id <= ${own.base + own.stride}`;
  const names = columns.map(({ name }) => q(name)).join(', ');
  const rows = own === undefined ? firstRows(table, columns, grown) : `only ${q(table)} t`;
  return `insert into ${q(table)} (${names}) select ${values.join(', ')} from ${rows}, generate_series($1::int, $2::int) n${where} on conflict do nothing`;
};

const shifted = (column: string, { base, stride }: Grown): string =>
  `case when ${column} > ${base} then ${column} + n * ${stride} else ${column} end`;

/** A number whose table stands in another column. */
const pointed = (column: string, model: string, grown: ReadonlyMap<string, Grown>): string => {
  const cases = [...grown].map(([table, to]) => `when '${table.replaceAll('_', '.')}' then ${shifted(column, to)}`);
  return `case ${model} ${cases.join(' ')} else ${column} end`;
};

/** Only the first copy's pairs, or each batch would copy what the last one made. */
const firstRows = (table: string, columns: readonly Column[], grown: ReadonlyMap<string, Grown>): string => {
  const limits = columns.flatMap(({ name, references }) => {
    const to = grown.get(references ?? '');
    return to === undefined ? [] : [`${q(name)} > ${to.base} and ${q(name)} <= ${to.base + to.stride}`];
  });
  return `(select * from only ${q(table)} where ${limits.join(' and ') || 'true'}) t`;
};

interface Column {
  readonly name: string;
  readonly references: string | null;
  readonly unique: boolean;
  readonly isText: boolean;
}

const columnsOf = async (client: pg.Client, table: string): Promise<readonly Column[]> => {
  const { rows } = await client.query(
    `select a.attname as name, t.typcategory = 'S' as "isText",
            (select f.confrelid::regclass::text from pg_constraint f where f.contype = 'f' and f.conrelid = a.attrelid and f.conkey = array[a.attnum] limit 1) as references,
            exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique and a.attnum = any(i.indkey)) as unique
       from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum`,
    [q(table)],
  );
  return rows as Column[];
};
