import { quoteName } from '../../domain/quote.ts';
import type { Columns } from '../neutralise/columns.ts';
import { has, type Invariant, invariant } from './invariant.ts';

export interface Dimension {
  readonly sql: string;
  /** The same in words, from an SQL expression that holds the value as text. */
  readonly says: (value: string) => string;
}

export interface Total {
  /** `Number`, `Total`: the first word of the sentence. */
  readonly word: string;
  readonly unit: 'count' | 'amount' | 'quantity';
  readonly sql: string;
}

export const NUMBER: Total = { word: 'Number', unit: 'count', sql: 'count(*)' };
export const total = (sql: string, word = 'Total', unit: Total['unit'] = 'amount'): Total => ({
  ...{ word, unit },
  sql: `sum((${sql})::numeric)`,
});

const named = (word: string, from: string) => (value: string) =>
  `concat_ws(' ', '${word}', ${value}, (select r.name from ${from} r where r.id::text = ${value}))`;

export const company = (sql: string): Dimension => ({ sql, says: named('company', 'res_company') });
export const currency = (sql: string): Dimension => ({
  sql,
  says: (value) => `concat_ws(' ', 'currency', (select r.name from res_currency r where r.id::text = ${value}))`,
});
export const plain = (word: string, sql: string): Dimension => ({
  sql,
  says: (value) => (word === '' ? value : `concat_ws(' ', '${word}', ${value})`),
});

/** Figures of a table by what its rows have in common: one row for each group and total. */
export const grouped = (asked: {
  readonly what: string;
  readonly from: string;
  readonly where?: string;
  readonly by: readonly Dimension[];
  readonly totals: readonly Total[];
}): string => {
  const { what, from, where = 'true', by, totals } = asked;
  const keys = by.map(({ sql }, i) => `coalesce((${sql})::text, '-') as k${i}`);
  const values = totals.map(({ sql }, i) => `coalesce((${sql})::text, '0') as f${i}`);
  const lines = totals.map(({ word, unit }, i) => `('${word}', '${unit}', g.f${i})`);
  const words = by.map(({ says }, i) => says(`g.k${i}`));
  return `select concat_ws('/', ${[...by.map((_, i) => `g.k${i}`), 'f.word'].join(', ')}) as key,
                 concat(f.word, ' of ${what}'${words.length === 0 ? '' : `, ', ', concat_ws(', ', ${words.join(', ')})`}) as says,
                 f.unit, f.value
            from (select ${[...keys, ...values].join(', ')} from ${from} where ${where}
                   ${by.length === 0 ? '' : `group by ${by.map((_, i) => i + 1).join(', ')}`}) g
           cross join lateral (values ${lines.join(', ')}) as f(word, unit, value)`;
};

type Sums = Readonly<Record<string, readonly [word: string, unit: Total['unit']]>>;

/** Documents of one table: how many, and what they come to, by state, company and the like. What a series has no column for is left out. */
export const documents = (
  given: Pick<Invariant, 'id' | 'title' | 'means' | 'module'> & {
    readonly table: string;
    readonly what: string;
    readonly by: readonly string[];
    readonly sums?: Sums;
    readonly compare?: Invariant['compare'];
  },
): Invariant => {
  const { table, what, by, sums = {}, ...rest } = given;
  return invariant({ ...rest, needs: { [table]: ['id'] } }, (columns) =>
    grouped({
      what,
      from: `${quoteName(table)} t`,
      by: by.filter((column) => has(columns, table, column)).map(dimensionOf),
      totals: [NUMBER, ...sumsOf(columns, table, sums)],
    }),
  );
};

const sumsOf = (columns: Columns, table: string, sums: Sums): readonly Total[] =>
  Object.entries(sums)
    .filter(([column]) => has(columns, table, column))
    .map(([column, [word, unit]]) => total(`t.${quoteName(column)}`, word, unit));

const dimensionOf = (column: string): Dimension => {
  const sql = `t.${quoteName(column)}`;
  if (column === 'company_id') return company(sql);
  if (column === 'currency_id') return currency(sql);
  return plain(column.replace(/_id$/, '').replaceAll('_', ' '), sql);
};
