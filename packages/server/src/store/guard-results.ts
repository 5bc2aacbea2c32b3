import { type Queryable, queryOne } from './queryable.ts';

export interface GuardCounts {
  readonly errors: number;
  readonly warnings: number;
  /** ISO time: what is accepted until yesterday counts today. */
  readonly at: string;
}

/** The steps that came to an end with a report, in whichever environment; one that blocked has it in its failure. */
const SQL = `
  select coalesce(s.receipt, s.failure -> 'facts') as counts, s.finished_at as at
  from ops.runs r join ops.steps s on s.run = r.id
  where r.project = $1 and r.sha = $2 and s.kind = 'check-repository'
    and (s.state = 'done' and s.receipt ->> 'unfinished' is null or s.failure ->> 'code' = 'guards-failed')
  order by s.finished_at desc limit 1`;

/** What the guards said last of a commit; null: they were never asked, or did not get through. */
export const guardsOf = async (db: Queryable, project: string, sha: string): Promise<GuardCounts | null> => {
  const row = await queryOne<{ counts: Omit<GuardCounts, 'at'>; at: string }>(db, SQL, [project, sha]);
  return row === null ? null : { errors: row.counts.errors, warnings: row.counts.warnings, at: row.at };
};
