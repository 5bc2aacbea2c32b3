/** A Slipway that has been used for long, as rows. */
import type { Queryable } from '../../packages/server/src/store/queryable.ts';
import { query } from '../../packages/server/src/store/queryable.ts';

export const SIZES = {
  projects: 5,
  environments: 1000,
  builds: 100_000,
  audits: 100_000,
  artifactsOfEach: 2,
  sealed: 2000,
} as const;

const STATEMENTS: readonly string[] = [
  `insert into ops.projects (id, name, config, source, database_prefix)
   select 'p' || n, 'p' || n, p.config || jsonb_build_object('name', 'p' || n), p.source, 'p' || n || '_'
   from generate_series(1, ${SIZES.projects}) n, (select config, source from ops.projects where id = 'shop') p`,
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
     join (select row_number() over (order by id) as place, id, project from ops.environments where stage = 'preview') e
       on e.place = 1 + n % ${SIZES.environments} order by n`,
  `insert into ops.steps (organisation, run, index, name, kind, state, milliseconds, finished_at)
   select 'default', id, i, 'step ' || i, 'update-modules', 'done', 120, now() from ops.runs, generate_series(0, 7) i`,
  `insert into ops.builds (id, organisation, project, run, git_sha, branch, commit_message, author, committed_at, lock_hash, image_tag, test_verdict, test_report, state, started_at, finished_at, milliseconds)
   select 'bld_' || right(id, 20), 'default', project, id, sha, 'a-branch', 'A change of something', 'ada', requested_at, md5(id), 'image', 'green',
     '{"tests": {"run": 12, "failed": 0}}', 'built', requested_at, requested_at + interval '1 minute', 60000 from ops.runs`,
  `insert into ops.artifacts (sequence, organisation, run, path, sha256, bytes, previous_chain, chain, created_at)
   select row_number() over (order by r.sequence, i), 'default', r.id, r.id || '/' || i || '.txt', md5(r.id), 1000, md5(r.id || i || 'p'), md5(r.id || i), now()
   from (select id, sequence from ops.runs order by sequence desc limit ${SIZES.sealed}) r, generate_series(1, ${SIZES.artifactsOfEach}) i`,
  `update ops.environments e set run = r.id, head_sha = r.sha, live_sha = r.sha, live_slot = 'blue' from (select distinct on (environment) environment, id, sha from ops.runs order by environment, sequence desc) r
   where r.environment = e.id`,
  `insert into ops.audit_log (who, what, target, from_where, result, project)
   select 'github', 'preview.open', e.id, 'github', 'ok', e.project from generate_series(1, ${SIZES.audits}) n
     join (select row_number() over (order by id) as place, id, project from ops.environments) e on e.place = 1 + n % ${SIZES.environments}`,
  'vacuum analyze',
];

export const seed = async (db: Queryable): Promise<void> => {
  for (const statement of STATEMENTS) await query(db, statement);
};
