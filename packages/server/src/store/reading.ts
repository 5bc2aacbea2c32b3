import type { Pool } from 'pg';
import { inTransaction, type Queryable, query } from './queryable.ts';
import type { Sight } from './sight.ts';

/** Since PostgreSQL 16 somebody may be a member of a role without being able to take it. */
const MAY_TAKE = `select coalesce((select case when current_setting('server_version_num')::int >= 160000
    then pg_has_role(oid, 'SET') else pg_has_role(oid, 'MEMBER') end from pg_roles where rolname = 'slipway_app'), false) as may`;
const TAKE = `select set_config('role', 'slipway_app', true), set_config('slipway.organisation', $1, true),
  set_config('slipway.projects', $2, true)`;

const known = new WeakMap<Pool, boolean>();
const mayTake = async (db: Pool): Promise<boolean> => {
  const before = known.get(db);
  if (before !== undefined) return before;
  const [row] = await query<{ may: boolean }>(db, MAY_TAKE);
  known.set(db, row?.may === true);
  return row?.may === true;
};

/**
 * Reads with the rights of somebody who has none but to see these rows: what a statement forgot to leave out is left out by PostgreSQL
 * (migration 0016). Where the role cannot be taken, since a managed server has not let us make it, the statement's own filter is all there is.
 */
export const reading = async <T>(db: Pool, sight: Sight, work: (db: Queryable) => Promise<T>): Promise<T> => {
  const { organisation, projects } = sight;
  if (organisation === null || !(await mayTake(db))) return work(db);
  return inTransaction(db, async (tx) => {
    // With commas around it, a list of none is a list, too.
    await query(tx, TAKE, [organisation, projects === null ? '' : `,${projects.join(',')},`]);
    return work(tx);
  });
};
