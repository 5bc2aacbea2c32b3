import { type Queryable, query, queryOne } from './queryable.ts';

/** So many wrong passwords in a row cost nothing: people mistype. */
const FREE = 5;
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 900;

/**
 * Counts an attempt before it is made, so that many at the same moment are no way around it. From the fifth on the account is shut
 * for a while that doubles. Answers the seconds to wait; 0: go on.
 */
export const takeAttempt = async (db: Queryable, account: Buffer, now: string): Promise<number> => {
  const taken = await queryOne(
    db,
    `insert into ops.sign_in_failures as f (account, failures, last_at) values ($1, 1, $2)
     on conflict (account) do update set
       failures = case when f.last_at < $2::timestamptz - interval '1 hour' then 1 else f.failures + 1 end,
       last_at = $2,
       locked_until = case when f.failures + 1 < $3 or f.last_at < $2::timestamptz - interval '1 hour' then null
         else $2::timestamptz + make_interval(secs => least($5, $4 * power(2, least(f.failures + 1 - $3, 20)))) end
       where f.locked_until is null or f.locked_until <= $2
     returning account`,
    [account, now, FREE, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS],
  );
  if (taken !== null) return 0;
  const [row] = await query<{ seconds: number }>(
    db,
    `select greatest(1, ceil(extract(epoch from locked_until - $2::timestamptz)))::int as seconds
     from ops.sign_in_failures where account = $1`,
    [account, now],
  );
  return row?.seconds ?? 1;
};

export const forgiveAttempts = async (db: Queryable, account: Buffer): Promise<void> => {
  await query(db, 'delete from ops.sign_in_failures where account = $1', [account]);
};
