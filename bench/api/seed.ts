/** A Slipway that has been used for long, as rows. */
import type { Pool } from 'pg';
import { inTransaction, query } from '../../packages/server/src/store/queryable.ts';

export const SIZES = {
  projects: 5,
  environments: 1000,
  builds: 100_000,
  audits: 100_000,
  artifactsOfEach: 2,
  sealed: 2000,
  /** Of the project that is nearly empty: what its one member sees is rare among all the rest. */
  small: { environments: 3, runs: 30 },
  deliveries: 20_000,
  lines: 100_000,
} as const;

/** A viewer of the small project. */
export const MEMBER_TOKEN = `slipway_${'m'.repeat(43)}`;

const STATEMENTS: readonly string[] = [
  `insert into ops.projects (id, name, config, source, database_prefix)
   select 'p' || n, 'p' || n, p.config || jsonb_build_object('name', 'p' || n), p.source, 'p' || n || '_'
   from generate_series(1, ${SIZES.projects}) n, (select config, source from ops.projects where id = 'shop') p`,
  `insert into ops.projects (id, name, config, source, database_prefix)
   select 'small', 'small', config || '{"name": "small"}', source, 'small_' from ops.projects where id = 'shop'`,
  `insert into ops.environments (id, organisation, project, stage, name, number, branch, head_sha, database, role, host, state)
   select 'small/pr-' || n, 'default', 'small', 'preview', 'pr-' || n, n, 'branch-' || n, md5(n::text), 'small_' || n, 'small_' || n, 'pr-' || n || '.small.localhost', 'sleeping'
   from generate_series(1, ${SIZES.small.environments}) n`,
  // Long before everything else.
  `insert into ops.runs (id, organisation, project, environment, kind, state, sha, requested_by, requested_at)
   select 'run_small_' || n, 'default', 'small', 'small/pr-' || (1 + n % ${SIZES.small.environments}), 'open-preview', 'succeeded', md5(n::text), 'ada', now() - interval '1 year'
   from generate_series(1, ${SIZES.small.runs}) n`,
  `insert into ops.builds (id, organisation, project, run, git_sha, lock_hash, state, started_at)
   select 'bld_' || id, 'default', 'small', id, md5(id), md5(id), 'built', requested_at from ops.runs where project = 'small'`,
  `insert into ops.users (id, name, email) values ('member', 'Member', 'member@example.org')`,
  `insert into ops.memberships (user_id, project, organisation, role, given_by) values ('member', 'small', 'default', 'viewer', 'ada')`,
  `insert into ops.tokens (id, name, email, scopes, sha256, created_by, user_id, organisation)
   values ('tok_member', 'member', 'member@example.org', '{read}', sha256('${MEMBER_TOKEN}'), 'member', 'member', 'default')`,
  `insert into ops.webhooks (id, project, url, kinds, since, created_by) values ('hook', 'p1', 'https://hooks.example.org', '{run.failed}', 0, 'ada')`,
  `insert into ops.webhook_deliveries (id, organisation, project, webhook, kind, body, state, attempts, created_at)
   select 'msg_' || n, 'default', 'p1', 'hook', 'run.failed', '{}', 'delivered', 1, now() from generate_series(1, ${SIZES.deliveries}) n`,
  `insert into ops.environments (id, organisation, project, stage, name, number, title, branch, base, author, head_sha, live_sha, database, role, host, url, state, closed_at, updated_at)
   select 'p' || p || '/pr-' || n, 'default', 'p' || p, 'preview', 'pr-' || n, n, 'Change ' || n, 'branch-' || n, 'main', 'ada', md5(n::text) || '00000000',
     md5(n::text) || '00000000', 'p' || p || '_odoo_pr_' || n, 'p' || p || '_odoo_pr_' || n, 'pr-' || n || '.p' || p || '.localhost', 'http://pr-' || n,
     case when n % 10 = 0 then 'closed' else 'sleeping' end, case when n % 10 = 0 then now() end, now() - n * interval '1 minute'
   from generate_series(1, ${SIZES.projects}) p, generate_series(1, ${SIZES.environments / SIZES.projects}) n`,
  `insert into ops.runs (id, organisation, project, environment, kind, state, sha, requested_by, requested_at, started_at, finished_at, plan)
   select 'run_' || lpad(n::text, 20, '0'), 'default', e.project, e.id, 'update-preview', case when n % 7 = 0 then 'failed' else 'succeeded' end, md5('commit ' || n) || '00000000',
     'github', now() - (${SIZES.builds} - n) * interval '1 minute', now() - (${SIZES.builds} - n) * interval '1 minute',
     now() - (${SIZES.builds} - n) * interval '1 minute', '{"steps": []}'
   from generate_series(1, ${SIZES.builds}) n
     join (select row_number() over (order by id) as place, id, project from ops.environments where stage = 'preview' and project <> 'small') e
       on e.place = 1 + n % ${SIZES.environments} order by n`,
  `insert into ops.steps (organisation, run, index, name, kind, state, milliseconds, finished_at)
   select 'default', id, i, 'step ' || i, 'update-modules', 'done', 120, now() from ops.runs, generate_series(0, 7) i`,
  `insert into ops.builds (id, organisation, project, run, git_sha, branch, commit_message, author, committed_at, lock_hash, image_tag, test_verdict, test_report, state, started_at, finished_at, milliseconds)
   select 'bld_' || right(id, 20), 'default', project, id, sha, 'a-branch', 'A change of something', 'ada', requested_at, md5(id), 'image', 'green',
     '{"tests": {"run": 12, "failed": 0}}', 'built', requested_at, requested_at + interval '1 minute', 60000 from ops.runs where project <> 'small'`,
  `insert into ops.artifacts (sequence, organisation, run, path, sha256, bytes, previous_chain, chain, created_at)
   select row_number() over (order by r.sequence, i), 'default', r.id, r.id || '/' || i || '.txt', md5(r.id), 1000, md5(r.id || i || 'p'), md5(r.id || i), now()
   from (select id, sequence from ops.runs order by sequence desc limit ${SIZES.sealed}) r, generate_series(1, ${SIZES.artifactsOfEach}) i`,
  `update ops.environments e set run = r.id, head_sha = r.sha, live_sha = r.sha, live_slot = 'blue' from (select distinct on (environment) environment, id, sha from ops.runs order by environment, sequence desc) r
   where r.environment = e.id`,
  `insert into ops.audit_log (who, what, target, from_where, result, project)
   select 'github', 'preview.open', e.id, 'github', 'ok', e.project from generate_series(1, ${SIZES.audits}) n
     join (select row_number() over (order by id) as place, id, project from ops.environments where project <> 'small') e on e.place = 1 + n % ${SIZES.environments}`,
  `insert into ops.log_lines (organisation, run, at, stream, line)
   select 'default', 'run_' || lpad('${SIZES.builds}', 20, '0'), now(), 'odoo',
     '2026-11-22 01:00:00,' || lpad((n % 1000)::text, 3, '0') || ' 7 ' || case when n % 1000 = 0 then 'ERROR' else 'INFO' end || ' odoo_pr_1 odoo.modules.loading: loading module ' || n
   from generate_series(1, ${SIZES.lines}) n`,
];

/** Rows as they would be, without what triggers do for each: that takes minutes and is not what is measured. */
export const seed = async (db: Pool): Promise<void> => {
  await inTransaction(db, async (tx) => {
    await query(tx, 'set local session_replication_role = replica');
    for (const statement of STATEMENTS) await query(tx, statement);
  });
  await query(db, 'vacuum analyze');
};
