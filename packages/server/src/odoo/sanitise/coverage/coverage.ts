import { Failure } from '@slipway/contracts/failure';
import type { Catalog } from '../../../domain/catalog.ts';
import type { ColumnClass, MaskingPlan } from '../../../domain/masking.ts';
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
  const tables = new Map(catalog.tables.map((table) => [table.name, table]));
  const columns = plan.tables.flatMap((planned) => {
    const table = tables.get(planned.table);
    return planned.columns.flatMap((masked): CoveredColumn[] => {
      const column = table?.columns.find((one) => one.name === masked.column);
      if (table === undefined || column === undefined || !isTextLike(column)) return [];
      const place = `${table.name}.${column.name}`;
      return [
        {
          model: table.model?.name ?? null,
          table: table.name,
          column: column.name,
          type: column.type,
          rows: table.rows,
          class: masked.class,
          rule: masked.rule,
          fate: planned.action === 'empty' ? 'left-out' : masked.expression === null ? 'kept' : 'masked',
          looksLike: searched.has(place) ? (hits.get(place) ?? {}) : null,
        },
      ];
    });
  });
  return { database: catalog.database, rules: plan.rules, columns };
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
