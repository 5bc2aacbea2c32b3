import { Failure } from '@slipway/contracts/failure';
import type { Catalog, ColumnFacts, TableFacts } from '../../../domain/catalog.ts';
import type { ColumnClass, MaskedColumn, MaskedTable, MaskingPlan } from '../../../domain/masking.ts';
import { quoteName, quoteText } from '../../../domain/quote.ts';
import { isTextLike } from '../masks/masks.ts';
import type { Query } from '../read-catalog.ts';
import { type Hits, placeOf, scan, scannedColumns } from './scan.ts';

export interface CoveredColumn {
  readonly model: string | null;
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly rows: number;
  readonly class: ColumnClass;
  readonly rule: string;
  /** `left-out`: no row of its table is taken. */
  readonly fate: 'kept' | 'masked' | 'left-out';
  /** How many values look personal, of columns that were searched: counts, never values. */
  readonly looksLike: Hits | null;
}

export interface CoverageReport {
  readonly database: string;
  readonly rules: string;
  readonly columns: readonly CoveredColumn[];
}

/** Every column that words can stand in, with what becomes of it; to be asked at the moment that is exported. */
export const coverage = async (catalog: Catalog, plan: MaskingPlan, query: Query): Promise<CoverageReport> => {
  const scanned = scannedColumns(catalog, plan);
  const searched = new Set(scanned.map(placeOf));
  const hits = await scan(scanned, catalog, query);
  const rows = await countRows(plan, query);
  const tables = new Map(catalog.tables.map((table) => [table.name, table]));
  const columns = plan.tables.flatMap((planned) =>
    planned.columns.flatMap((masked): readonly CoveredColumn[] => {
      const table = tables.get(planned.table);
      const column = table?.columns.find((one) => one.name === masked.column);
      if (table === undefined || column === undefined || !isTextLike(column)) return [];
      const place = `${table.name}.${column.name}`;
      const looksLike = searched.has(place) ? (hits.get(place) ?? {}) : null;
      return [
        {
          ...factsOf(table, column),
          rows: rows.get(table.name) ?? table.rows,
          class: masked.class,
          rule: masked.rule,
          fate: fateOf(planned, masked),
          looksLike,
        },
      ];
    }),
  );
  return { database: catalog.database, rules: plan.rules, columns };
};

const TABLES_AT_ONCE = 200;
/** Of tables that are taken; of the others PostgreSQL's estimate will do. */
const countRows = async (plan: MaskingPlan, query: Query): Promise<ReadonlyMap<string, number>> => {
  const names = plan.tables.filter((table) => table.action === 'copy').map((table) => table.table);
  const counted = new Map<string, number>();
  for (let at = 0; at < names.length; at += TABLES_AT_ONCE) {
    const counts = names
      .slice(at, at + TABLES_AT_ONCE)
      .map((name) => `select ${quoteText(name)} as name, count(*) as rows from only ${quoteName(name)}`);
    for (const row of await query(counts.join(' union all '), []))
      counted.set(String(row['name']), Number(row['rows']));
  }
  return counted;
};

const factsOf = (table: TableFacts, column: ColumnFacts) => ({
  model: table.model?.name ?? null,
  table: table.name,
  column: column.name,
  type: column.type,
});

const fateOf = (table: MaskedTable, column: MaskedColumn): CoveredColumn['fate'] => {
  if (table.action === 'empty') return 'left-out';
  return column.expression === null ? 'kept' : 'masked';
};

/** Columns that no rule knows and that hold what looks personal: masked all the same, but somebody has to say what they are. */
export const undecided = (report: CoverageReport): readonly CoveredColumn[] =>
  report.columns.filter((one) => one.class === 'unknown' && one.fate !== 'left-out' && found(one) > 0);

/** Columns that are kept by a rule and hold what looks personal: to be looked at, not a reason to stop. */
export const doubtful = (report: CoverageReport): readonly CoveredColumn[] =>
  report.columns.filter((one) => one.class === 'not-personal' && found(one) > 0);

export const requireDecided = (report: CoverageReport): void => {
  const columns = undecided(report);
  if (columns.length > 0)
    throw new Failure('coverage-failed', {
      columns: columns.map((one) => `${one.table}.${one.column} (${printHits(one.looksLike ?? {})})`).join(', '),
    });
};

export const printHits = (hits: Hits): string =>
  Object.entries(hits)
    .map(([kind, count]) => `${count} ${kind}-like`)
    .join(', ');

const found = (one: CoveredColumn): number => Object.values(one.looksLike ?? {}).reduce((sum, count) => sum + count, 0);
