import type { TablesView } from '@slipway/contracts/rehearsal-views';
import { z } from 'zod';
import { measuredDatabase } from './shared/figures.ts';
import { loginOf } from './shared/odoo-database.ts';
import { defineStep, done } from './step.ts';

/** With indexes and what is stored beside. */
const SIZES = `select c.relname as "table", pg_total_relation_size(c.oid)::float8 as bytes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname not like 'pg_toast%' and n.nspname not like 'pg_temp%'
  order by 1`;

const TOLD = 10;

const sizes = z.record(z.string(), z.number());
const measured = z.object({ sizes });

/** How large the tables of a database are; with an earlier measurement of this run, which of them changed. */
export const measureTables = defineStep({
  kind: 'measure-tables',
  input: z.strictObject({
    of: measuredDatabase,
    /** Name of the step that measured before. */
    before: z.string().nullable(),
  }),
  limit: () => 600,
  run: async ({ of, before }, { ports, keep, receipt }) => {
    const { rows } = await ports.sql.read(await loginOf(of, ports), (session) =>
      session.run({ text: SIZES, parameters: [] }),
    );
    const now = Object.fromEntries(rows.map(({ table, bytes }) => [String(table), Number(bytes)]));
    if (before === null) return done(`${rows.length} tables, ${mega(sum(now))} MB`, { sizes: now });
    const compared = compareSizes(measured.parse(await receipt(before)).sizes, now);
    await keep('rehearsal/tables.json', `${JSON.stringify({ compared, sizes: now }, null, 2)}\n`);
    return done(`${mega(compared.before)} MB before, ${mega(compared.after)} MB now`, compared);
  },
});

type Sizes = z.infer<typeof sizes>;

const sum = (of: Sizes): number => Object.values(of).reduce((total, bytes) => total + bytes, 0);
const mega = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

export const compareSizes = (before: Sizes, after: Sizes): TablesView => {
  const tables = [...new Set([...Object.keys(before), ...Object.keys(after)])].map((table) => ({
    table,
    before: before[table] ?? null,
    after: after[table] ?? null,
  }));
  const grown = (one: (typeof tables)[number]): number => Math.abs((one.after ?? 0) - (one.before ?? 0));
  return {
    before: sum(before),
    after: sum(after),
    largest: tables
      .filter(({ after: size }) => size !== null)
      .sort((a, b) => (b.after ?? 0) - (a.after ?? 0))
      .slice(0, TOLD),
    changed: tables
      .filter((one) => one.before !== one.after)
      .sort((a, b) => grown(b) - grown(a))
      .slice(0, TOLD),
  };
};
