import type { Catalog, ColumnFacts, FieldLabel, ForeignKey, TableFacts } from '../../domain/catalog.ts';

export type Row = Readonly<Record<string, unknown>>;
export type Query = (text: string, parameters: readonly unknown[]) => Promise<readonly Row[]>;

/** What PostgreSQL itself says is there; Odoo's tables of models and fields only put names on it. Seven queries, whatever the size. */
export const readCatalog = async (query: Query): Promise<Catalog> => {
  const [server] = await query(SERVER, []);
  const odoo = server?.['odoo'] === true;
  const models = byKey(odoo ? await query(MODELS, []) : [], (row) => tableOf(text(row, 'model')));
  const labels = byKey(
    odoo ? await query(LABELS, []) : [],
    (row) => `${tableOf(text(row, 'model'))}.${text(row, 'field')}`,
  );
  const modules = odoo ? await query(MODULES, []) : [];
  const columns = groupBy(await query(COLUMNS, []), 'table');
  const keys = groupBy(await query(FOREIGN_KEYS, []), 'table');
  const tables = (await query(TABLES, [])).map((row): TableFacts => {
    const name = text(row, 'table');
    const facts = (columns.get(name) ?? []).map((column) =>
      columnOf(column, labels.get(`${name}.${text(column, 'name')}`)),
    );
    const model = models.get(name);
    return {
      name,
      primaryKey: list(row, 'primary_key'),
      rows: Number(row['rows']),
      bytes: Number(row['bytes']),
      columns: facts,
      foreignKeys: (keys.get(name) ?? []).map((key) => foreignKeyOf(key, facts)),
      model: model === undefined ? null : modelOf(model),
    };
  });
  const installed = modules.map((row) => ({ name: text(row, 'name'), version: textOrNull(row, 'version') }));
  const base = installed.find((module) => module.name === 'base');
  return {
    database: text(server ?? {}, 'database'),
    server: Number(server?.['server']),
    series: base?.version?.split('.').slice(0, 2).join('.') ?? null,
    modules: installed,
    tables,
  };
};

/** The models whose table is not their name with underscores. */
const TABLES_OF_ACTIONS: Readonly<Record<string, string>> = {
  'ir.actions.actions': 'ir_actions',
  'ir.actions.act_window': 'ir_act_window',
  'ir.actions.act_window.view': 'ir_act_window_view',
  'ir.actions.act_url': 'ir_act_url',
  'ir.actions.server': 'ir_act_server',
  'ir.actions.client': 'ir_act_client',
  'ir.actions.report': 'ir_act_report_xml',
};
const tableOf = (model: string): string => TABLES_OF_ACTIONS[model] ?? model.replaceAll('.', '_');

const columnOf = (row: Row, label: Row | undefined): ColumnFacts => ({
  name: text(row, 'name'),
  type: text(row, 'type'),
  maxLength: row['max_length'] === null ? null : Number(row['max_length']),
  notNull: row['not_null'] === true,
  generated: row['generated'] === true,
  unique: row['unique'] === true,
  label: label === undefined ? null : labelOf(label),
});

const labelOf = (row: Row): FieldLabel => ({
  model: text(row, 'model'),
  field: text(row, 'field'),
  ttype: text(row, 'ttype'),
  relation: textOrNull(row, 'relation'),
  translate: row['translate'] === true,
  companyDependent: row['company_dependent'] === true,
  related: textOrNull(row, 'related'),
  state: row['state'] === 'manual' ? 'manual' : 'base',
});

const modelOf = (row: Row): TableFacts['model'] => ({
  name: text(row, 'model'),
  transient: row['transient'] === true,
  manual: row['state'] === 'manual',
});

const ON_DELETE = { a: 'no action', r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' } as const;
const foreignKeyOf = (row: Row, columns: readonly ColumnFacts[]): ForeignKey => {
  const column = text(row, 'column');
  return {
    column,
    references: text(row, 'references'),
    referencesColumn: text(row, 'references_column'),
    notNull: columns.find((one) => one.name === column)?.notNull === true,
    onDelete: ON_DELETE[text(row, 'on_delete') as keyof typeof ON_DELETE],
  };
};

const text = (row: Row, name: string): string => String(row[name]);
const textOrNull = (row: Row, name: string): string | null => (row[name] == null ? null : String(row[name]));
const list = (row: Row, name: string): readonly string[] => (Array.isArray(row[name]) ? row[name].map(String) : []);
const byKey = (rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [key(row), row]));
const groupBy = (rows: readonly Row[], column: string): ReadonlyMap<string, readonly Row[]> =>
  Map.groupBy(rows, (row) => text(row, column));

const SERVER = `
  select current_database() as database, current_setting('server_version_num') as server,
    to_regclass('public.ir_model') is not null and to_regclass('public.ir_module_module') is not null as odoo`;

// Only what holds rows: a partitioned table's partitions are here, the table above them is not.
const TABLES = `
  select c.relname as table, pg_total_relation_size(c.oid) as bytes,
    greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint as rows,
    coalesce((select array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum))
      from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::int2[])
      where i.indrelid = c.oid and i.indisprimary), '{}') as primary_key
  from pg_class c
  where c.relkind = 'r' and c.relpersistence <> 't' and c.relnamespace = 'public'::regnamespace
  order by c.relname`;

const COLUMNS = `
  select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    case when a.atttypid in ('varchar'::regtype, 'bpchar'::regtype) and a.atttypmod > 4 then a.atttypmod - 4 end as max_length,
    a.attnotnull as not_null, a.attgenerated <> '' as generated,
    exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey::int2[])) as unique
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind = 'r' and c.relpersistence <> 't' and c.relnamespace = 'public'::regnamespace
  order by c.relname, a.attnum`;

const FOREIGN_KEYS = `
  select c.relname as table, a.attname as column, r.relname as references, b.attname as references_column, k.confdeltype as on_delete
  from pg_constraint k
    join pg_class c on c.oid = k.conrelid and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    join pg_class r on r.oid = k.confrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    join pg_attribute b on b.attrelid = r.oid and b.attnum = k.confkey[1]
  where k.contype = 'f' order by c.relname, a.attnum`;

// By to_jsonb, because older series lack some of these columns, or hold them as another type.
const MODELS = `
  select model, coalesce((to_jsonb(m) ->> 'transient')::boolean, false) as transient, state from ir_model m`;

const LABELS = `
  select model, name as field, ttype, nullif(relation, '') as relation, nullif(related, '') as related, state,
    coalesce(to_jsonb(f) ->> 'translate', 'false') not in ('false', '') as translate,
    coalesce(to_jsonb(f) ->> 'company_dependent', 'false') = 'true' as company_dependent
  from ir_model_fields f`;

const MODULES = `
  select name, latest_version as version from ir_module_module
  where state in ('installed', 'to upgrade', 'to remove') order by name`;
