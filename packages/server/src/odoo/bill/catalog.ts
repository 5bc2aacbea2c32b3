import { Failure } from '@slipway/contracts/failure';
import type { BillDocument } from '@slipway/contracts/rollback-views';
import type { SqlAnswer, SqlSession } from '../../ports/sql-databases.ts';
import { AMOUNTS, KNOWN, KNOWN_MODELS, kindOf, NAMES } from './documents.ts';

/** One document as it is asked of one table. */
export interface Target {
  readonly model: string;
  readonly title: string;
  readonly kind: BillDocument['kind'];
  readonly table: string;
  readonly where: string;
  readonly columns: ReadonlyMap<string, string>;
  readonly names: readonly string[];
  /** What it is called after where it has no name: a column, and the table that this leads to. */
  readonly about: readonly (readonly [column: string, table: string])[];
  readonly amount: string | null;
  /** Whether rows are listed. */
  readonly listed: boolean;
}

/** Whom a record without a name is about. */
const PEOPLE = [
  ['employee_id', 'hr_employee'],
  ['partner_id', 'res_partner'],
] as const;

const COLUMNS = [
  ...new Set([
    ...[
      'id',
      'create_date',
      'write_date',
      'create_uid',
      'write_uid',
      'currency_id',
      'company_id',
      'move_type',
      ...PEOPLE.map(([column]) => column),
    ],
    ...[...NAMES, ...AMOUNTS],
    ...KNOWN.flatMap(({ name = [], amount }) => [...name, ...(amount === undefined ? [] : [amount])]),
  ]),
];

const ORDER: readonly BillDocument['kind'][] = ['business', 'other', 'part', 'technical'];

/** Every table that says when its rows were made and changed, whether or not its model is one that we know. */
const TABLES = `
  select c.relname as table, json_object_agg(a.attname, format_type(a.atttypid, null)) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
   where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
     and a.attnum > 0 and not a.attisdropped and a.attname = any($1::text[])
   group by c.relname
  having count(*) filter (where a.attname in ('id', 'create_date', 'write_date')) = 3`;

/** Tables that are not called after their model. */
const RENAMED: Readonly<Record<string, string>> = {
  ir_actions: 'ir.actions.actions',
  ir_act_window: 'ir.actions.act_window',
  ir_act_window_view: 'ir.actions.act_window.view',
  ir_act_report_xml: 'ir.actions.report',
  ir_act_server: 'ir.actions.server',
  ir_act_url: 'ir.actions.act_url',
  ir_act_client: 'ir.actions.client',
  project_task_user_rel: 'project.task.stage.personal',
};

/** In the order in which they are told. Failure: odoo-missing. */
export const readTargets = async (session: SqlSession, database: string): Promise<readonly Target[]> => {
  const there = await session.run({
    text: `select to_regclass('public.ir_model') is not null as odoo`,
    parameters: [],
  });
  if (there.rows[0]?.['odoo'] !== true) throw new Failure('odoo-missing', { database });
  const models = await session.run({
    text: 'select model, transient, coalesce(to_jsonb(m)->$1->>$2, to_jsonb(m)->>$1) as title from ir_model m',
    parameters: ['name', 'en_US'],
  });
  const byTable = new Map(models.rows.map((row) => [String(row['model']).replaceAll('.', '_'), row]));
  const { rows } = await session.run({ text: TABLES, parameters: [COLUMNS] });
  const tables = rows.map(({ table, columns }) => ({
    table: String(table),
    columns: new Map(Object.entries(columns as Record<string, string>)),
  }));
  const known = KNOWN.flatMap((one): Target[] => {
    const found = tables.find(({ table }) => table === one.model.replaceAll('.', '_'));
    if (found === undefined) return [];
    const { model, title, where = 'true', name = NAMES, amount = null, counted = false } = one;
    return [
      { ...found, model, title, kind: 'business', where, listed: !counted, ...shownBy(found.columns, name, amount) },
    ];
  });
  const others = tables.flatMap((found) => otherTarget(found, byTable.get(found.table)));
  others.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.model < b.model ? -1 : 1));
  const names = new Set(tables.map(({ table }) => table));
  return [...known, ...others].map((one) => ({ ...one, about: one.about.filter(([, table]) => names.has(table)) }));
};

const otherTarget = (
  { table, columns }: Pick<Target, 'table' | 'columns'>,
  row: SqlAnswer['rows'][number] | undefined,
): Target[] => {
  const model = RENAMED[table] ?? String(row?.['model'] ?? table);
  // Wizards live for an hour.
  if (KNOWN_MODELS.has(model) || row?.['transient'] === true) return [];
  const kind = kindOf(model);
  const title = String(row?.['title'] ?? model);
  const listed = kind === 'other';
  // What lines come to is in their document already.
  const amount = listed ? (AMOUNTS.find((column) => columns.has(column)) ?? null) : null;
  return [{ ...{ model, title, kind, table, columns, where: 'true', listed }, ...shownBy(columns, NAMES, amount) }];
};

const shownBy = (
  columns: Target['columns'],
  names: readonly string[],
  amount: string | null,
): Pick<Target, 'names' | 'about' | 'amount'> => ({
  names: names.filter((name) => columns.has(name)),
  about: PEOPLE.filter(([column]) => columns.has(column)),
  amount: amount !== null && columns.has(amount) ? amount : null,
});
