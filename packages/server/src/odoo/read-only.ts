/** Who is at work in a database: what is under way is waited for before it is copied. */
import type { Statement } from '../ports/database-server.ts';

/** How many sessions have something under way; `end` ends those. */
export const busySessions = (database: string, end: boolean): Statement => ({
  text: `with busy as (
           select pid from pg_stat_activity
            where datname = $1 and pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle')
         select count(*)::int as busy, coalesce(sum(case when $2::boolean and pg_terminate_backend(pid) then 1 else 0 end), 0)::int as cut
           from busy`,
  parameters: [database, end],
});
