import type pg from 'pg';
import type { Catalog, ColumnFacts, TableFacts } from '../../packages/server/src/domain/catalog.ts';
import { quoteName, quoteText } from '../../packages/server/src/domain/quote.ts';
import { isJson, isTextLike } from '../../packages/server/src/odoo/sanitise/masks/masks.ts';

/** Token → where it stands: `table.column`, or a name of its own for the extra ones. */
export type Planted = ReadonlyMap<string, string>;

const MARK = 'zq';
/** `zq00042x`: short, no word of any language, and findable in hex as well. */
export const TOKEN = /zq[0-9]{5}x/g;

/** One row per table with a token of its own in every column that words can stand in. Constraints go first: a row of tokens satisfies none. */
export const plantCanaries = async (client: pg.Client, catalog: Catalog): Promise<Planted> => {
  await dropConstraints(client);
  await client.query("set session_replication_role = 'replica'");
  const planted = new Map<string, string>();
  const token = (place: string): string => {
    const made = `${MARK}${String(planted.size).padStart(5, '0')}x`;
    planted.set(made, place);
    return made;
  };
  for (const table of catalog.tables) await client.query(rowOfTokens(table, token));
  for (const [place, sql] of EXTRA) {
    if (catalog.tables.some((table) => table.name === place.split(/[.:]/)[0]))
      await client.query(sql.replaceAll('TOKEN', () => token(place)));
  }
  return planted;
};

const rowOfTokens = (table: TableFacts, token: (place: string) => string): string => {
  const columns = table.columns.filter((column) => !column.generated && (isTextLike(column) || column.notNull));
  const values = columns.map((column) => {
    if (isTextLike(column) && (column.maxLength === null || column.maxLength >= 8))
      return literal(column, token(`${table.name}.${column.name}`));
    return filler(column);
  });
  return columns.length === 0
    ? `insert into ${quoteName(table.name)} default values`
    : `insert into ${quoteName(table.name)} (${columns.map((column) => quoteName(column.name)).join(', ')}) values (${values.join(', ')})`;
};

const literal = (column: ColumnFacts, token: string): string => {
  if (column.type === 'bytea') return `convert_to(${quoteText(token)}, 'UTF8')`;
  if (isJson(column))
    return quoteText(JSON.stringify({ [column.label?.companyDependent === true ? '1' : 'en_US']: token }));
  return quoteText(column.label?.ttype === 'html' ? `<p title="a > b">${token}</p>` : token);
};

const filler = (column: ColumnFacts): string => {
  if (isTextLike(column)) return isJson(column) ? "'{}'" : "''";
  if (column.type === 'boolean') return 'true';
  if (/^(date|timestamp)/.test(column.type)) return "'2026-01-01'";
  return '2000000000';
};

const dropConstraints = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query(`
    select format('alter table %s drop constraint if exists %I cascade', conrelid::regclass, conname) as sql
    from pg_constraint where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'u', 'p', 'x') and conrelid <> 0
    union all
    select format('drop index if exists %s', indexrelid::regclass) from pg_index i join pg_class c on c.oid = indrelid
    where c.relnamespace = 'public'::regnamespace and indisunique and not exists (select from pg_constraint k where k.conindid = indexrelid)
    union all
    select format('alter table %s alter %I drop not null', attrelid::regclass, attname)
    from pg_attribute a join pg_class c on c.oid = attrelid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and attnum > 0 and attnotnull and not attisdropped`);
  await client.query('set max_parallel_workers = 0');
  for (let at = 0; at < rows.length; at += 500)
    await client.query(
      rows
        .slice(at, at + 500)
        .map((row) => String(row['sql']))
        .join(';'),
    );
};

/** Rows as they are in real life, where one row of tokens would be left out or masked for another reason. */
const EXTRA: readonly (readonly [place: string, sql: string])[] = [
  ...[
    'mail.twilio_account_token',
    'google_gmail_client_secret',
    'microsoft_outlook_client_secret',
    'cloud_storage_google_account_info',
    'unsplash.access_key',
    'my_custom.api_token',
    'crm.iap.lead.enrich.setting',
    'web.base.url',
    'database.secret',
    'database.uuid',
  ].map(
    (key) =>
      [
        `ir_config_parameter.value: ${key}`,
        `delete from ir_config_parameter where key = ${quoteText(key)}; insert into ir_config_parameter (id, key, value) values (1999999999, ${quoteText(key)}, 'TOKEN')`,
      ] as const,
  ),
  [
    'ir_attachment: a file of a contact',
    `insert into ir_attachment (id, name, res_model, res_id, type, mimetype, store_fname, checksum, index_content, url, file_size)
     values (1999999998, 'Passport of TOKEN.pdf', 'res.partner', 1, 'binary', 'application/pdf', 'ab/TOKEN', 'TOKEN', 'says TOKEN', '/my/TOKEN', 5)`,
  ],
  [
    'ir_attachment: a file in the database',
    `insert into ir_attachment (id, name, res_model, res_field, res_id, type, mimetype, db_datas, file_size)
     values (1999999997, 'image_1920', 'res.partner', 'image_1920', 1, 'binary', 'image/TOKEN', convert_to('TOKEN', 'UTF8'), 5)`,
  ],
  [
    'ir_attachment: a file that somebody attached to a menu',
    `insert into ir_attachment (id, name, res_model, res_id, type, mimetype, store_fname)
     select 1999999996, 'TOKEN', 'ir.ui.menu', min(res_id), 'binary', 'text/plain', 'cd/TOKEN' from ir_model_data where model = 'ir.ui.menu' and module = 'base'`,
  ],
  [
    'mail_message: hostile html',
    `insert into mail_message (id, body, email_from, subject, model) values (1999999995,
     '<p title="TOKEN" data-x=''TOKEN''>a</p><!-- TOKEN --><TOKEN><b TOKEN>x</b><a href="mailto:TOKEN@x.test">y</a><p TOKEN < TOKEN <i>z</i>TOKEN <<p>>TOKEN</p><script>TOKEN</script><P CLASS=TOKEN>t</P><p/TOKEN>u<TOKEN',
     '"Jane TOKEN" <TOKEN@x.test>, TOKEN@y.test; "TOKEN, B" <x@TOKEN.test>', 'TOKEN', 'res.partner')`,
  ],
  [
    'ir_model_data: an imported record',
    `insert into ir_model_data (id, module, name, model, res_id) values (1999999994, '__import__', 'TOKEN', 'res.partner', 1), (1999999993, 'TOKEN', 'x', 'res.partner', 2)`,
  ],
  [
    'res_users: a login',
    `insert into res_users (id, login, password) values (1999999992, 'TOKEN@firma.test', 'TOKEN'), (1999999991, 'TOKEN', 'TOKEN'), (1999999990, 'Upper.TOKEN@firma.test', 'TOKEN')`,
  ],
  [
    'mail_template: addresses',
    `insert into mail_template (id, email_from, reply_to) values (1999999989, 'TOKEN@firma.test', '{{ object.x }} TOKEN')`,
  ],
  [
    'product_template: translations',
    `insert into blog_post (id, name, subtitle) values (1999999988, '{"en_US": "TOKEN", "fr_BE": "TOKEN", "de_DE": {"x": "TOKEN"}}', '["TOKEN"]')`,
  ],
  [
    'res_partner: barcodes per company',
    `insert into res_partner (id, barcode, properties) values (1999999987, '{"1": "TOKEN", "2": null}', '{"a": {"b": "TOKEN"}}')`,
  ],
  [
    'account_move: references',
    `insert into account_move (id, name, payment_reference, invoice_origin, ref) values (1999999986, 'INV/1', 'TOKEN', 'S00001 TOKEN', 'TOKEN')`,
  ],
];
