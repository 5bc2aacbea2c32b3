import { Failure } from '@slipway/contracts/failure';
import type { SessionView } from '@slipway/contracts/people-views';
import { type Queryable, query, queryOne } from './queryable.ts';

/** Those that are worth something, the newest first. */
export const listSessions = (db: Queryable, user: string, current: string | null): Promise<SessionView[]> =>
  query(
    db,
    `select id, coalesce(id = $2, false) as current, nullif(ip_address, '') as address, nullif(user_agent, '') as browser,
       created_at as "createdAt", updated_at as "lastUsedAt", expires_at as "expiresAt"
     from ops.sessions where user_id = $1 and expires_at > now() order by created_at desc, id`,
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
