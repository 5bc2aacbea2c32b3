import { Failure } from '@slipway/contracts/failure';
import type { SessionView } from '@slipway/contracts/people-views';
import { LONGEST_SESSION_DAYS } from '../domain/sessions.ts';
import { type Queryable, query, queryOne } from './queryable.ts';

/** Used or not, it ends then. */
const END = `least(expires_at, created_at + make_interval(days => ${LONGEST_SESSION_DAYS}))`;

/** Those that are worth something, the newest first. */
export const listSessions = (db: Queryable, user: string, current: string | null): Promise<SessionView[]> =>
  query(
    db,
    `select id, coalesce(id = $2, false) as current, nullif(ip_address, '') as address, nullif(user_agent, '') as browser,
       created_at as "createdAt", updated_at as "lastUsedAt", ${END} as "expiresAt"
     from ops.sessions where user_id = $1 and ${END} > now() order by created_at desc, id`,
    [user, current],
  );

/** Failure: session-unknown. */
export const endSession = async (db: Queryable, user: string, session: string): Promise<void> => {
  const ended = await queryOne(db, 'delete from ops.sessions where user_id = $1 and id = $2 returning id', [
    user,
    session,
  ]);
  if (ended === null) throw new Failure('session-unknown', { session });
};

const CODE_MINUTES = 3;

/**
 * Uses a code of a second factor up for as long as it would be right: whoever looked over a shoulder comes too late. False: it was used.
 * Kept among what waits for an answer, as a hash, until it is pruned.
 */
export const takeCode = async (db: Queryable, user: string, sha256: Buffer): Promise<boolean> => {
  const taken = await queryOne(
    db,
    `insert into ops.verifications as v (id, organisation, identifier, value, expires_at)
     select 'code-' || $1 || '-' || encode($2, 'hex'), organisation, 'used-code', '', now() + make_interval(mins => $3)
     from ops.users where id = $1
     on conflict (id) do update set expires_at = excluded.expires_at where v.expires_at < now() returning id`,
    [user, sha256, CODE_MINUTES],
  );
  return taken !== null;
};

/** What is over: sessions, what waited for an answer, links, and counts of attempts. Answers how many rows went. */
export const pruneSignIns = async (db: Queryable, before: string, limit: number): Promise<number> => {
  const gone = await query(
    db,
    `with s as (delete from ops.sessions where id in (select id from ops.sessions where ${END} < $1 limit $2) returning 1),
       v as (delete from ops.verifications where id in (select id from ops.verifications where expires_at < $1 limit $2) returning 1),
       l as (delete from ops.one_time_links where id in (select id from ops.one_time_links where expires_at < $1 limit $2) returning 1),
       f as (delete from ops.sign_in_failures where account in (select account from ops.sign_in_failures where last_at < $1 limit $2) returning 1),
       r as (delete from ops.rate_limits where id in
         (select id from ops.rate_limits where last_request < extract(epoch from $1::timestamptz) * 1000 limit $2) returning 1)
     select 1 from s union all select 1 from v union all select 1 from l union all select 1 from f union all select 1 from r`,
    [before, limit],
  );
  return gone.length;
};
