/** Pure: the SELECT by which rows leave production. Every expression comes from the masking plan; every name is quoted. */
import { Failure } from '@slipway/contracts/failure';
import type { MaskedTable, MaskingPlan } from '../domain/masking.ts';
import { quoteName } from '../domain/quote.ts';
import type { SourceColumn, SourceTable } from './tables.ts';

/** From `from` up to, not including, `to`, of the key's first column. */
export interface KeyRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** One table on its way out; `masked` null: as it is. */
export interface Outgoing {
  readonly table: SourceTable;
  readonly masked: MaskedTable | null;
}

/** ONLY: tables of Odoo inherit from each other, and each row belongs to one. In the key's order, so that unchanged rows give the same bytes. */
export const selectOf = ({ table, masked }: Outgoing, range: KeyRange | null): string => {
  const { columns, joins } =
    masked === null
      ? { columns: table.columns.map(({ name }) => columnOf(name)), joins: [] }
      : expressionsOf(table, masked);
  const first = table.key[0];
  const conditions = [
    ...(masked?.where == null ? [] : [`(${masked.where})`]),
    ...(range === null || first === undefined
      ? []
      : [`${columnOf(first)} >= ${range.from}`, `${columnOf(first)} < ${range.to}`]),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const order = table.key.length === 0 ? '' : ` ORDER BY ${table.key.map(columnOf).join(', ')}`;
  return `SELECT ${columns.join(', ')} FROM ONLY public.${quoteName(table.name)} AS t${joins.join('')}${where}${order}`;
};

/** In smaller tables looking masks up is not worth planning for. */
const LOOKED_UP_FROM_BYTES = 4 * 1024 * 1024;

interface Expressions {
  readonly columns: readonly string[];
  readonly joins: readonly string[];
}

/** Columns whose values mostly differ, together with those of which the very same is made. */
const copiesOf = (
  columns: MaskedTable['columns'],
  values: ReadonlyMap<string, SourceColumn['values']>,
): ReadonlyMap<string, string> => {
  const candidates = columns.filter(
    ({ column, expression, dear }) => dear === true && expression !== null && values.get(column) === 'most',
  );
  const alike = Map.groupBy(candidates, ({ column, expression }) => expression?.replaceAll(columnOf(column), ''));
  return new Map(
    [...alike.values()].flatMap((group) =>
      group.length < 2 ? [] : group.map(({ column }) => [column, group[0]?.column ?? column] as const),
    ),
  );
};

/**
 * PostgreSQL keeps what it made of a value (Memoize) only in a join of its own, and plans it only where its statistics say that
 * values repeat: most messages are from few people. Where they do not, a column is often a copy of another one in the same row (a name and the
 * complete name, an address and its normal form), and so is its mask. A join costs a quarter of a microsecond a row: other columns have none.
 */
const expressionsOf = (table: SourceTable, masked: MaskedTable): Expressions => {
  const joins: string[] = [];
  const join = (expression: string): string => {
    joins.push(` LEFT JOIN LATERAL (SELECT ${expression} AS m OFFSET 0) AS m${joins.length} ON true`);
    return `m${joins.length - 1}.m`;
  };
  const values = new Map(table.columns.map((column) => [column.name, column.values]));
  const copies = copiesOf(masked.columns, values);
  const masks = new Map<string, string>();
  const dearly = (column: string, expression: string): string => {
    const original = copies.get(column);
    if (values.get(column) !== 'few' && original === undefined) return expression;
    const mask = masks.get(original ?? column);
    if (mask !== undefined)
      return `CASE WHEN ${bytesOf(column)} = ${bytesOf(original ?? column)} THEN ${mask} ELSE ${expression} END`;
    const joined = join(expression);
    masks.set(column, joined);
    return joined;
  };
  const columns = masked.columns.map(({ column, expression, dear }) => {
    if (expression === null) return columnOf(column);
    return dear === true && table.bytes >= LOOKED_UP_FROM_BYTES ? dearly(column, expression) : expression;
  });
  return { columns, joins };
};

/** Equal byte by byte, whatever the columns' types and collations. */
const bytesOf = (column: string): string => `${columnOf(column)}::text COLLATE "C"`;
const columnOf = (name: string): string => `t.${quoteName(name)}`;

export const columnsOf = ({ table, masked }: Outgoing): readonly SourceColumn[] => {
  if (masked === null) return table.columns;
  const known = new Map(table.columns.map((column) => [column.name, column]));
  return masked.columns.map(({ column }) => known.get(column) as SourceColumn);
};

/**
 * Lays the plan over what there is. Deny by default: a table or column that the plan does not name was seen by no rule.
 * Failure: masking-plan-stale.
 */
export const outgoing = (tables: readonly SourceTable[], plan: MaskingPlan | null): readonly Outgoing[] => {
  if (plan === null) return tables.map((table) => ({ table, masked: null }));
  const planned = new Map(plan.tables.map((masked) => [masked.table, masked]));
  const problems: string[] = [];
  const all = tables.map((table) => {
    const masked = planned.get(table.name) ?? null;
    if (masked === null) problems.push(`table ${table.name} is new`);
    else problems.push(...differences(table, masked));
    return { table, masked };
  });
  const present = new Set(tables.map(({ name }) => name));
  problems.push(...plan.tables.filter(({ table }) => !present.has(table)).map(({ table }) => `table ${table} is gone`));
  if (problems.length > 0)
    throw new Failure('masking-plan-stale', {
      reason: problems.slice(0, 10).join(', ') + (problems.length > 10 ? ` and ${problems.length - 10} more` : ''),
    });
  return all;
};

const differences = (table: SourceTable, { action, columns }: MaskedTable): readonly string[] => {
  // Of an empty table nothing leaves, whatever its columns are.
  if (action === 'empty') return [];
  const [there, planned] = [
    new Set(table.columns.map(({ name }) => name)),
    new Set(columns.map(({ column }) => column)),
  ];
  return [
    ...[...there].filter((name) => !planned.has(name)).map((name) => `column ${table.name}.${name} is new`),
    ...[...planned].filter((name) => !there.has(name)).map((name) => `column ${table.name}.${name} is gone`),
  ];
};
