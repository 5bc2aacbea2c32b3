/** After the rows: indexes, constraints, triggers, statistics. More than half of a restore's time, so it runs on several connections. */
import { chunked } from '../../../../domain/chunked.ts';
import { quoteName, quoteText } from '../../../../domain/quote.ts';
import type { DatabaseAddress, SequenceState } from '../../../../ports/database-copy.ts';
import { isUnfinished, MARK } from './clear.ts';
import { type Connection, connect, connected } from './client.ts';
import { inParallel, type Task } from './in-parallel.ts';
import { type SchemaEntry, splitSchema, TABLE, tableOf } from './schema-text.ts';

/** One index build may use this much memory, and one core: there are others beside it. A crash ends the restore anyway, so nothing waits for the disk in between. */
export const FAST = `
  SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET statement_timeout = 0; SET lock_timeout = 0;
  SET client_min_messages = warning; SET client_connection_check_interval = '1s'; SET check_function_bodies = off; SET jit = off; SET max_parallel_maintenance_workers = 0;
  SELECT pg_catalog.set_config('search_path', '', false);`;

/** From here on each index of a table is a task of its own. */
const LARGE_BYTES = 16 * 1024 * 1024;
const BATCH = 200;

export interface Finish {
  readonly schema: Buffer;
  readonly sequences: readonly SequenceState[];
  readonly workers: number;
  readonly signal: AbortSignal;
}

export const finish = (to: DatabaseAddress, { schema, sequences, workers, signal }: Finish): Promise<void> =>
  connected(to, async (lead) => {
    if (!(await isUnfinished(lead))) return;
    await lead.script(FAST);
    const { after } = splitSchema(schema);
    const sizes = await sizesOf(lead);
    const others: Connection[] = [];
    try {
      for (let i = 1; i < workers; i++) others.push(await fastConnection(to));
      const run = (tasks: readonly Task[]): Promise<void> => inParallel([lead, ...others], tasks, signal);
      await setSequences(lead, sequences);
      await run(keyTasks(after, sizes));
      await run(indexTasks(after, sizes));
      await run(largeAnalyzeTasks(sizes));
      const keys = foreignKeys(after, sizes);
      // One after the other, because they lock what the next one needs; the rest of the statistics is read beside them.
      await run([{ cost: 0, sql: keys.added }, ...smallAnalyzeTasks(sizes)]);
      await run(keys.checks);
      await rest(lead, after);
    } finally {
      await Promise.all(others.map((connection) => connection.close()));
    }
    await lead.script(`DROP TABLE public.${quoteName(MARK)}`);
  });

const fastConnection = async (to: DatabaseAddress): Promise<Connection> => {
  const connection = await connect(to);
  await connection.script(FAST);
  return connection;
};

/** Bytes by table, as schema entries write the name. */
type Sizes = ReadonlyMap<string, number>;

const sizesOf = async (connection: Connection): Promise<Sizes> => {
  const rows = await connection.run({
    text: `SELECT format('"%s"."%s"', replace(n.nspname, '"', '""'), replace(c.relname, '"', '""')) AS name, pg_relation_size(c.oid)::float8 AS bytes
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname = 'public' AND c.relname <> $1`,
    parameters: [MARK],
  });
  return new Map(rows.map((row) => [String(row.name), Number(row.bytes)]));
};

const setSequences = async (connection: Connection, sequences: readonly SequenceState[]): Promise<void> => {
  for (const batch of chunked(sequences, BATCH))
    await connection.script(
      batch
        .map(({ name, last, called }) => {
          const sequence = `${quoteText(`public.${quoteName(name)}`)}::regclass`;
          return `SELECT pg_catalog.setval(${sequence}, ${BigInt(last)}, ${called ? 'true' : 'false'});`;
        })
        .join('\n'),
    );
};

const INDEXES = new Set(['INDEX']);
const FOREIGN = 'FK CONSTRAINT';

const groupByTable = (entries: readonly SchemaEntry[]): ReadonlyMap<string, SchemaEntry[]> => {
  const groups = new Map<string, SchemaEntry[]>();
  for (const entry of entries) {
    const table = tableOf(entry) ?? '';
    const group = groups.get(table);
    if (group === undefined) groups.set(table, [entry]);
    else group.push(entry);
  }
  return groups;
};

const sqlOf = (entries: readonly SchemaEntry[]): string => entries.map(({ sql }) => sql).join('\n');

/** Primary and unique keys: they lock their table, so a table is one task. */
const keyTasks = (after: readonly SchemaEntry[], sizes: Sizes): readonly Task[] =>
  batched([...groupByTable(after.filter(({ type }) => type === 'CONSTRAINT'))], sizes);

const indexTasks = (after: readonly SchemaEntry[], sizes: Sizes): readonly Task[] => {
  const groups = [...groupByTable(after.filter(({ type }) => INDEXES.has(type)))];
  const split = groups.flatMap(([table, entries]): [string, SchemaEntry[]][] =>
    (sizes.get(table) ?? 0) < LARGE_BYTES ? [[table, entries]] : entries.map((entry) => [table, [entry]]),
  );
  return batched(split, sizes);
};

/** Small tables together, for each statement that travels costs a round trip; the largest first, so that none is last and alone. */
const batched = (groups: readonly (readonly [string, readonly SchemaEntry[]])[], sizes: Sizes): readonly Task[] => {
  const tasks: Task[] = [];
  const small: (readonly SchemaEntry[])[] = [];
  for (const [table, entries] of groups) {
    const bytes = sizes.get(table) ?? 0;
    if (bytes >= LARGE_BYTES) tasks.push({ cost: bytes, sql: sqlOf(entries) });
    else small.push(entries);
  }
  for (const some of chunked(small, 25)) tasks.push({ cost: 0, sql: some.map(sqlOf).join('\n') });
  return tasks.sort((a, b) => b.cost - a.cost);
};

const isLarge = ([, bytes]: readonly [string, number]): boolean => bytes >= LARGE_BYTES;
const largeAnalyzeTasks = (sizes: Sizes): readonly Task[] =>
  [...sizes]
    .filter(isLarge)
    .map(([name, bytes]) => ({ cost: bytes, sql: `ANALYZE ${name}` }))
    .sort((a, b) => b.cost - a.cost);

const smallAnalyzeTasks = (sizes: Sizes): readonly Task[] => {
  const small = [...sizes].filter((one) => !isLarge(one)).map(([name]) => name);
  return chunked(small, 50).map((names) => ({ cost: 0, sql: `ANALYZE ${names.join(', ')}` }));
};

interface ForeignKeys {
  /** Statements that follow each other. */
  readonly added: readonly string[];
  readonly checks: readonly Task[];
}

/**
 * Adding a foreign key locks both tables until it has read them, and nearly every table of Odoo points at res_users: one after
 * the other. So each is added unchecked, which takes no time, and checked afterwards, which locks nobody out.
 */
const foreignKeys = (after: readonly SchemaEntry[], sizes: Sizes): ForeignKeys => {
  const keys = after.filter(({ type }) => type === FOREIGN);
  const isUnchecked = ({ sql }: SchemaEntry): boolean => sql.includes(' NOT VALID');
  // Three of four tables of Odoo hold nothing: one statement is enough where there is nothing to read.
  const hasNothing = (key: SchemaEntry): boolean => sizes.get(tableOf(key) ?? '') === 0;
  const added = keys.map((key) =>
    isUnchecked(key) || hasNothing(key) ? key.sql : key.sql.replace(/;\s*$/, ' NOT VALID;'),
  );
  const checks = keys
    .filter((key) => !isUnchecked(key) && !hasNothing(key))
    .map((entry) => ({ ...entry, sql: validationOf(entry) }));
  return {
    added: chunked(added, BATCH).map((batch) => batch.join('\n')),
    checks: batched([...groupByTable(checks)], sizes),
  };
};

const FOREIGN_KEY = new RegExp(`^ALTER TABLE (?:ONLY )?${TABLE}\\s+ADD CONSTRAINT ("(?:[^"]|"")+") FOREIGN KEY`);

const validationOf = ({ sql, name }: SchemaEntry): string => {
  const parts = FOREIGN_KEY.exec(sql);
  if (parts === null) throw new Error(`not a foreign key as pg_dump writes it: ${name}`);
  return `ALTER TABLE ${parts[1]} VALIDATE CONSTRAINT ${parts[2]};`;
};

/** Triggers, rules, comments on all of these; materialised views last. */
const rest = async (lead: Connection, after: readonly SchemaEntry[]): Promise<void> => {
  const others = after.filter(({ type }) => type !== 'CONSTRAINT' && type !== FOREIGN && !INDEXES.has(type));
  for (const batch of chunked(others, BATCH)) await lead.script(sqlOf(batch));
  const views = await lead.run({
    text: `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind = 'm' AND NOT c.relispopulated ORDER BY c.oid`,
    parameters: [],
  });
  for (const { name } of views) await lead.script(`REFRESH MATERIALIZED VIEW ${String(name)}`);
};
