/** A database that nobody writes to, told by PostgreSQL itself: whatever the code does, nothing is changed. */
import { quoteName } from '../domain/quote.ts';
import type { Statement } from '../ports/database-server.ts';

/** New sessions only read; those that are there are ended when they have nothing under way, `endOthers` ends them all. */
export const freezeStatements = (database: string): readonly Statement[] => [
  { text: `alter database ${quoteName(database)} set default_transaction_read_only = on`, parameters: [] },
];

export const thawStatements = (database: string): readonly Statement[] => [
  { text: `alter database ${quoteName(database)} reset default_transaction_read_only`, parameters: [] },
];

/** Ends sessions that began before the moment and have nothing under way; answers how many are left, and how many were ended. */
export const endIdle = (database: string, before: string, all: boolean): Statement => ({
  text: `with old as (
           select pid, state from pg_stat_activity
            where datname = $1 and pid <> pg_backend_pid() and backend_type = 'client backend' and backend_start < $2::timestamptz),
         ended as (select pid, pg_terminate_backend(pid) from old where $3::boolean or state = 'idle')
         select (select count(*) from old)::int - (select count(*) from ended)::int as left, (select count(*) from ended)::int as ended`,
  parameters: [database, before, all],
});

export const now: Statement = { text: 'select clock_timestamp()::text as now', parameters: [] };
