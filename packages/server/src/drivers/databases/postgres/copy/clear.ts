/** Makes room for a restore: what an unfinished one left is removed, and nothing else ever is. */
import { Failure } from '@slipway/contracts/failure';
import { chunked } from '../../../../domain/chunked.ts';
import { quoteName } from '../../../../domain/quote.ts';
import type { Connection } from './client.ts';

/** There from the first statement of a restore to its last. */
export const MARK = 'slipway_restoring';
/** Each dropped table takes locks for itself, its indexes and its sequences, all of one transaction at a time. */
const AT_ONCE = 20;

const RELATIONS = `
  SELECT c.relname AS name, c.relkind::text AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relname <> $1
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i'))
   ORDER BY c.relkind = 'S', c.relkind = 'r', c.relname`;
const ROUTINES = `
  SELECT p.oid::regprocedure::text AS signature, p.prokind::text AS kind FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`;
const TYPES = `
  SELECT t.typname AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE n.nspname = 'public' AND t.typtype IN ('e', 'd') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')`;

const KINDS: Readonly<Record<string, string>> = {
  r: 'TABLE',
  p: 'TABLE',
  v: 'VIEW',
  m: 'MATERIALIZED VIEW',
  S: 'SEQUENCE',
  f: 'FOREIGN TABLE',
};
const ROUTINE_KINDS: Readonly<Record<string, string>> = {
  f: 'FUNCTION',
  w: 'FUNCTION',
  p: 'PROCEDURE',
  a: 'AGGREGATE',
};

export const isUnfinished = async (connection: Connection): Promise<boolean> => {
  const [row] = await connection.run({
    text: 'SELECT to_regclass($1) IS NOT NULL AS found',
    parameters: [`public.${MARK}`],
  });
  return row?.found === true;
};

/** Leaves the database empty and marked. Failure: database-refused when it holds something that is no unfinished restore. */
export const makeRoom = async (connection: Connection): Promise<void> => {
  if (await isUnfinished(connection)) return removeLeftovers(connection);
  const found = await connection.run({ text: RELATIONS, parameters: [MARK] });
  if (found.length > 0)
    throw new Failure('database-refused', {
      reason: `the database is not empty (${found.length} tables, views and sequences): a restore wants an empty one`,
    });
  await connection.script(`CREATE TABLE public.${quoteName(MARK)} ()`);
};

const removeLeftovers = async (connection: Connection): Promise<void> => {
  const relations = await connection.run({ text: RELATIONS, parameters: [MARK] });
  for (const some of chunked(relations, AT_ONCE))
    await connection.script(
      some
        .map(({ name, kind }) => `DROP ${KINDS[String(kind)]} IF EXISTS public.${quoteName(String(name))} CASCADE;`)
        .join('\n'),
    );
  // regprocedure is quoted by PostgreSQL itself.
  for (const { signature, kind } of await connection.run({ text: ROUTINES, parameters: [] }))
    await connection.script(`DROP ${ROUTINE_KINDS[String(kind)]} IF EXISTS ${String(signature)} CASCADE`);
  for (const { name } of await connection.run({ text: TYPES, parameters: [] }))
    await connection.script(`DROP TYPE IF EXISTS public.${quoteName(String(name))} CASCADE`);
};
