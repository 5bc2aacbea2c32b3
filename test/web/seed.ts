import { type Queryable, query } from '../../packages/server/src/store/queryable.ts';
import { HOSTILE } from './hostile.ts';

const STATES = ['live', 'live', 'sleeping', 'failed', 'sleeping', 'live', 'sleeping', 'blocked'];

const PREVIEWS = `
  insert into ops.environments (id, organisation, project, stage, name, number, title, branch, base, author, head_sha, live_sha, live_slot,
    database, role, host, url, state, asleep, verdict, failure, reason, modules, updated_at)
  select 'shop/pr-' || n, 'default', 'shop', 'preview', 'pr-' || n, n, 'Sale: change number ' || n || ' of what is printed on invoices',
    'feature/' || (array['invoice-layout','stock-rules','pos-rounding','hr-leave','website-form'])[1 + n % 5] || '-' || n, 'main', 'ada',
    md5('sha' || n) || '00000000', case when s in ('live', 'sleeping') then md5('sha' || n) || '00000000' end,
    case when s in ('live', 'sleeping') then 'blue' end, 'odoo_pr_' || n, 'odoo_pr_' || n, 'pr-' || n || '.shop.localhost',
    'http://pr-' || n || '.shop.localhost:8080', s, s = 'sleeping', case when s = 'live' then 'green' end,
    case when s = 'failed' then jsonb_build_object('code', 'module-update-failed', 'message', 'Module shop_sale does not install: field "margin" is not there.',
      'hint', 'Add the field to the model, or take it out of the view.', 'facts', '{}'::jsonb, 'step', 'update-modules',
      'lastLines', jsonb_build_array('odoo.tools.convert.ParseError: while parsing sale_views.xml:12', 'Field "margin" does not exist in model "sale.order"')) end,
    case when s = 'blocked' then 'The author may not write to the repository: somebody who may has to let it build.' end,
    '[{"name":"shop_sale","action":"update","why":"its data files changed","version":"19.0.1.2.0"},{"name":"shop_base","action":"nothing","why":"nothing changed","version":"19.0.1.0.0"}]',
    now() - make_interval(mins => n * 7)
  from (select n, ($2::text[])[1 + n % 8] as s from generate_series(1, $1::int) n) numbered`;

const STAGES = `
  insert into ops.environments (id, organisation, project, stage, name, branch, head_sha, live_sha, live_slot, database, role, host, url, state, verdict, updated_at)
  values ('shop/production', 'default', 'shop', 'production', 'production', 'main', repeat('a1', 20), repeat('a1', 20), 'blue', 'odoo_production', 'odoo_production',
      'shop.localhost', 'http://shop.localhost:8080', 'live', 'green', now() - interval '2 days'),
    ('shop/staging', 'default', 'shop', 'staging', 'staging', 'release', repeat('b2', 20), repeat('b2', 20), 'green', 'odoo_staging', 'odoo_staging',
      'staging.shop.localhost', 'http://staging.shop.localhost:8080', 'live', 'green', now() - interval '3 hours')`;

const RUNS = `
  insert into ops.runs (id, organisation, project, environment, kind, state, sha, requested_by, requested_at, started_at, finished_at)
  select 'run-' || e.name, 'default', 'shop', e.id, case e.stage when 'preview' then 'open-preview' when 'staging' then 'deploy-staging' else 'deploy-production' end,
    case when e.state = 'failed' then 'failed' else 'succeeded' end, e.head_sha, 'ada', e.updated_at - interval '4 minutes', e.updated_at - interval '3 minutes', e.updated_at
  from ops.environments e`;

const BUILDS = `
  insert into ops.builds (id, organisation, project, run, git_sha, branch, commit_message, author, committed_at, lock_hash, test_report, state, milliseconds)
  select 'build-' || e.name, 'default', 'shop', 'run-' || e.name, e.head_sha, e.branch, 'Print the delivery date on ' || e.name || E'\\n\\nAs asked for.', 'Ada Lovelace',
    e.updated_at - interval '1 hour', 'lock', case when e.stage <> 'production' then jsonb_build_object('tests', jsonb_build_object('run', 42, 'failed', (e.state = 'failed')::int)) end,
    'built', 61000
  from ops.environments e`;

const PLAN = JSON.stringify({
  steps: ['ensure-template', 'build-image', 'clone-database', 'update-modules', 'boot-slot', 'await-ready', 'switch-route'].map(
    (name) => ({ name, kind: name }),
  ),
});

/** One that builds now, at its fourth step, and two that wait. */
const ACTIVE = [
  `update ops.environments set state = 'building', run = 'run-now' where id = 'shop/pr-1'`,
  `update ops.environments set state = 'queued', run = 'run-wait-' || number where id in ('shop/pr-2', 'shop/pr-3')`,
  `insert into ops.runs (id, organisation, project, environment, kind, state, sha, requested_by, requested_at, started_at, plan, lease_until, owner)
   values ('run-now', 'default', 'shop', 'shop/pr-1', 'update-preview', 'running', md5('sha1') || '00000000', 'ada', now() - interval '80 seconds',
     now() - interval '75 seconds', '${PLAN}', now() + interval '1 day', 'somebody')`,
  `insert into ops.runs (id, organisation, project, environment, kind, state, sha, requested_by)
   select 'run-wait-' || number, 'default', 'shop', id, 'open-preview', 'queued', head_sha, 'ada' from ops.environments where id in ('shop/pr-2', 'shop/pr-3')`,
  `insert into ops.steps (organisation, run, index, name, kind, state, started_at, finished_at, milliseconds, note)
   values ('default', 'run-now', 0, 'ensure-template', 'ensure-template', 'done', now() - interval '75 s', now() - interval '74 s', 900, 'there already'),
     ('default', 'run-now', 1, 'build-image', 'build-image', 'done', now() - interval '74 s', now() - interval '40 s', 34000, null),
     ('default', 'run-now', 2, 'clone-database', 'clone-database', 'skipped', now() - interval '40 s', now() - interval '40 s', 0, 'it is there'),
     ('default', 'run-now', 3, 'update-modules', 'update-modules', 'running', now() - interval '39 s', null, null, null)`,
];

const STEPS = `
  insert into ops.steps (organisation, run, index, name, kind, state, started_at, finished_at, milliseconds, failure)
  select 'default', r.id, i - 1, taken, taken, case when r.state = 'failed' and i = 4 then 'failed' else 'done' end, r.started_at + make_interval(secs => i * 8),
    r.started_at + make_interval(secs => i * 8 + 7), 7000 + i * 100, case when r.state = 'failed' and i = 4 then e.failure end
  from ops.runs r join ops.environments e on e.id = r.environment
    cross join unnest(array['ensure-template','build-image','clone-database','update-modules','boot-slot','await-ready','switch-route']) with ordinality as named (taken, i)
  where r.state in ('succeeded', 'failed') and (r.state <> 'failed' or i <= 4)`;

const FAILURES = `
  update ops.runs r set failure = e.failure from ops.environments e where e.id = r.environment and r.state = 'failed'`;

const LINES = `
  insert into ops.log_lines (organisation, run, at, stream, line)
  select 'default', $1, now() - interval '75 s' + make_interval(secs => n * 0.0005), (array['build','odoo','odoo','step'])[1 + n % 4],
    '2026-11-22 01:00:00,' || lpad((n % 1000)::text, 3, '0') || ' 7 ' || (array['INFO','INFO','INFO','WARNING','DEBUG','INFO','INFO','ERROR'])[1 + n % 8]
      || ' odoo_pr_1 odoo.modules.loading: ' || E'\\u001b[1;32m' || 'loading' || E'\\u001b[0m' || ' module ' || n || ' of ' || $2::int
  from generate_series(1, $2::int) n`;

const HOSTILE_ROWS = [
  `update ops.environments set branch = $1, title = $2, url = $3, updated_at = now() where id = 'shop/pr-5'`,
  `update ops.builds set commit_message = $1, author = $2 where run = 'run-pr-5'`,
  `update ops.steps set name = $1, note = $1 where run = 'run-pr-5' and index = 1`,
  `insert into ops.log_lines (organisation, run, at, stream, line) select 'default', 'run-pr-5', now(), 'odoo', replace(line, chr(1), '') from unnest($1::text[]) line`,
] as const;

export interface Seeding {
  readonly previews: number;
  /** Of the run that runs now. */
  readonly lines: number;
}

/** A project with a production, a staging and many previews, one of them of somebody who means harm. */
export const seed = async (db: Queryable, { previews, lines }: Seeding): Promise<void> => {
  await query(db, `update ops.projects set config = jsonb_set(config, '{stages,preview,max}', '100', true)`);
  await query(db, PREVIEWS, [previews, STATES]);
  await query(db, STAGES);
  await query(db, RUNS);
  await query(db, `update ops.environments set run = 'run-' || name`);
  await query(db, BUILDS);
  await query(db, STEPS);
  await query(db, FAILURES);
  for (const statement of ACTIVE) await query(db, statement);
  await query(db, LINES, ['run-now', lines]);
  const { branch, title, url, message, author, step } = HOSTILE;
  const [environment, build, steps, log] = HOSTILE_ROWS;
  await query(db, environment, [branch, title, url]);
  await query(db, build, [message, author]);
  await query(db, steps, [step]);
  // PostgreSQL takes no zero byte: nor could a log bring one.
  await query(db, log, [HOSTILE.lines.map((line) => line.replaceAll('\0', ''))]);
};
