-- The first schema of Slipway's control plane. Needs PostgreSQL 15 or newer, no extension and no superuser.
-- The control plane connects as the owner of these tables and sees all of them (row-level security is not forced on an owner);
-- everybody else is bound by the policies at the end: rows of one organisation, read only.

create sequence ops.route_version;

create table ops.organisations (
  id text primary key,
  name text not null,
  created_at timestamptz not null default now()
);
insert into ops.organisations (id, name) values ('default', 'Default');

create table ops.projects (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  name text not null,
  config jsonb not null,
  source jsonb not null,
  folder text,
  repository text,
  default_branch text,
  -- In front of the names of databases and roles; '' for the first project, whose databases are called odoo_pr_12.
  database_prefix text not null unique,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organisation, name)
);
create index on ops.projects (lower(repository));

-- One row per place where Odoo may run; a closed preview keeps its row, and its history.
create table ops.environments (
  id text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  stage text not null check (stage in ('development', 'preview', 'staging', 'production')),
  name text not null,
  number integer,
  title text,
  branch text,
  base text,
  author text,
  fork boolean not null default false,
  approved boolean not null default false,
  head_sha text not null,
  head_updated_at timestamptz,
  live_sha text,
  live_slot text check (live_slot in ('blue', 'green')),
  image text,
  database text not null,
  role text not null,
  host text not null,
  url text,
  state text not null default 'queued'
    check (state in ('blocked', 'queued', 'building', 'testing', 'live', 'sleeping', 'failed', 'closed')),
  reason text,
  verdict text check (verdict in ('green', 'yellow', 'red')),
  modules jsonb not null default '[]',
  installed jsonb not null default '{}',
  failure jsonb,
  comment_id text,
  run text,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (project, name)
);
-- Two environments that share a database or a host name would serve each other's data.
create unique index environments_own_database on ops.environments (database) where closed_at is null;
create unique index environments_own_host on ops.environments (host) where closed_at is null;
create index on ops.environments (project) where closed_at is null;

create table ops.runs (
  id text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  environment text not null references ops.environments,
  -- The order of asking: what "first come, first served" means, also for two requests of one millisecond.
  sequence bigint generated always as identity,
  kind text not null,
  state text not null default 'queued'
    check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'superseded')),
  priority integer not null default 0,
  reason text,
  sha text,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  plan jsonb,
  facts jsonb not null default '{}',
  failure jsonb,
  owner text,
  lease_until timestamptz,
  lease_seconds double precision,
  fence bigint not null default 0,
  cancel_requested boolean not null default false,
  cancel_reason text,
  attempts integer not null default 0,
  check ((state = 'running') = (lease_until is not null))
);
-- What keeps two runs of one environment apart, whatever the code believes.
create unique index runs_one_running on ops.runs (environment) where state = 'running';
create index on ops.runs (environment, sequence);
create index on ops.runs (project, sequence);
create index runs_open on ops.runs (state) where state in ('queued', 'running');

-- The journal: a run goes on at its first step that has no row with state done or skipped.
create table ops.steps (
  organisation text not null references ops.organisations,
  run text not null references ops.runs on delete cascade,
  index integer not null check (index >= 0),
  name text not null,
  kind text not null,
  state text not null check (state in ('running', 'done', 'skipped', 'failed')),
  attempts integer not null default 1,
  input jsonb,
  receipt jsonb,
  failure jsonb,
  note text,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  milliseconds double precision,
  primary key (run, index)
);

create table ops.builds (
  id text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  run text references ops.runs on delete set null,
  git_sha text not null,
  branch text,
  commit_message text,
  author text,
  committed_at timestamptz,
  lock_hash text not null,
  content_hash text,
  image_tag text,
  image_sha256 text,
  test_verdict text check (test_verdict in ('green', 'yellow', 'red')),
  test_report jsonb,
  state text not null default 'building' check (state in ('building', 'built', 'failed')),
  cached boolean not null default false,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  milliseconds double precision
);
create index on ops.builds (project, started_at desc);
create index on ops.builds (run);

create table ops.deployments (
  id text primary key,
  organisation text not null references ops.organisations,
  environment text not null references ops.environments,
  run text references ops.runs on delete set null,
  git_sha text not null,
  status text not null default 'running'
    check (status in ('running', 'succeeded', 'failed', 'rolled-back', 'cancelled')),
  steps jsonb not null default '[]',
  migrations_run jsonb not null default '[]',
  health_results jsonb not null default '[]',
  rollback_sha text,
  actor text not null,
  approver text,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create index on ops.deployments (environment, started_at desc);
create index on ops.deployments (run);

create table ops.migrations (
  id bigint generated always as identity primary key,
  organisation text not null references ops.organisations,
  deployment text not null references ops.deployments on delete cascade,
  module text not null,
  version_before text,
  version_after text,
  script text not null default '',
  milliseconds double precision,
  created_at timestamptz not null default now(),
  unique (deployment, module, script)
);

create table ops.snapshots (
  id text primary key,
  organisation text not null references ops.organisations,
  environment text not null references ops.environments,
  run text references ops.runs on delete set null,
  database text not null,
  filestore text,
  git_sha text,
  bytes bigint,
  sha256 text,
  location text,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
create index on ops.snapshots (environment, created_at desc);

create table ops.approvals (
  id text primary key,
  organisation text not null references ops.organisations,
  environment text not null references ops.environments,
  what text not null,
  git_sha text,
  decision text not null check (decision in ('approved', 'refused')),
  who text not null,
  reason text,
  created_at timestamptz not null default now()
);
create index on ops.approvals (environment, created_at desc);

-- Evidence. `sequence` has no gaps and `chain` is a hash over the row and the chain before it: see evidence/chain in the code.
create table ops.artifacts (
  sequence bigint primary key check (sequence > 0),
  organisation text not null references ops.organisations,
  run text not null references ops.runs,
  path text not null unique,
  sha256 text not null,
  bytes bigint not null,
  previous_chain text not null,
  chain text not null unique,
  created_at timestamptz not null
);
create index on ops.artifacts (run, sequence);

create table ops.audit_log (
  id bigint generated always as identity primary key,
  organisation text not null default 'default' references ops.organisations,
  who text not null,
  what text not null,
  at timestamptz not null default now(),
  from_where text not null,
  target text not null,
  result text not null,
  details jsonb not null default '{}'
);
create index on ops.audit_log (target, id);

-- The bytes of a webhook exactly as received: what the signature was made over, and what a dispute is settled with.
create table ops.deliveries (
  id text primary key,
  event text not null,
  repository text,
  received_at timestamptz not null default now(),
  body bytea not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  processed_at timestamptz,
  outcome text,
  error text
);
create index deliveries_waiting on ops.deliveries (next_attempt_at) where processed_at is null;
create index on ops.deliveries (received_at);

create table ops.routes (
  host text primary key,
  organisation text not null references ops.organisations,
  environment text not null references ops.environments,
  route jsonb not null,
  version bigint not null default nextval('ops.route_version'),
  updated_at timestamptz not null default now()
);
create index on ops.routes (environment);

create table ops.edge_activity (
  environment text primary key references ops.environments on delete cascade,
  organisation text not null references ops.organisations,
  last_request_at timestamptz not null,
  requests bigint not null default 0
);

-- Encrypted by the control plane; the key is a file beside it. `environment` is '' for a secret that a user set for a stage.
create table ops.secrets (
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  stage text not null,
  environment text not null default '',
  name text not null,
  version integer not null default 1,
  key_id text not null,
  nonce bytea not null,
  ciphertext bytea not null,
  updated_at timestamptz not null default now(),
  updated_by text not null,
  primary key (project, stage, environment, name)
);

-- A row is a template that is ready; one that is being made is held by an advisory lock and has no row yet.
create table ops.templates (
  key text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  database text not null unique,
  image text not null,
  series text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now()
);

create table ops.feedback (
  environment text primary key references ops.environments on delete cascade,
  organisation text not null references ops.organisations,
  wanted_hash text not null,
  sent_hash text,
  status_sent text,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  error text
);

create table ops.log_lines (
  sequence bigint generated always as identity primary key,
  organisation text not null references ops.organisations,
  run text not null references ops.runs on delete cascade,
  at timestamptz not null,
  stream text not null check (stream in ('build', 'odoo', 'step')),
  line text not null
);
create index on ops.log_lines (run, sequence);

-- The organisation of a row is that of its project: filled here, so that no statement can get it wrong.
create function ops.organisation_of_project() returns trigger language plpgsql as $$
begin
  new.organisation := (select organisation from ops.projects where id = new.project);
  return new;
end $$;
create function ops.organisation_of_environment() returns trigger language plpgsql as $$
begin
  new.organisation := (select organisation from ops.environments where id = new.environment);
  return new;
end $$;
create function ops.organisation_of_run() returns trigger language plpgsql as $$
begin
  new.organisation := (select organisation from ops.runs where id = new.run);
  return new;
end $$;

do $$
declare
  name text;
begin
  foreach name in array array['environments', 'runs', 'builds', 'secrets', 'templates'] loop
    execute format('create trigger organisation before insert on ops.%I for each row execute function ops.organisation_of_project()', name);
  end loop;
  foreach name in array array['deployments', 'snapshots', 'approvals', 'routes', 'edge_activity', 'feedback'] loop
    execute format('create trigger organisation before insert on ops.%I for each row execute function ops.organisation_of_environment()', name);
  end loop;
  foreach name in array array['steps', 'artifacts', 'log_lines'] loop
    execute format('create trigger organisation before insert on ops.%I for each row execute function ops.organisation_of_run()', name);
  end loop;
end $$;

create function ops.organisation_of_deployment() returns trigger language plpgsql as $$
begin
  new.organisation := (select organisation from ops.deployments where id = new.deployment);
  return new;
end $$;
create trigger organisation before insert on ops.migrations for each row execute function ops.organisation_of_deployment();

-- Append-only: also for the owner, so that a change of history needs a change of schema, which leaves a trace.
create function ops.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'ops.% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on ops.artifacts for each row execute function ops.refuse_change();
create trigger append_only_truncate before truncate on ops.artifacts for each statement execute function ops.refuse_change();
create trigger append_only before update or delete on ops.audit_log for each row execute function ops.refuse_change();
create trigger append_only_truncate before truncate on ops.audit_log for each statement execute function ops.refuse_change();

-- Who listens hears of a change when it is committed.
create function ops.notify_routes() returns trigger language plpgsql as $$
begin
  perform pg_notify('slipway_routes', coalesce(new.host, old.host));
  return null;
end $$;
create trigger notify after insert or update or delete on ops.routes for each row execute function ops.notify_routes();

create function ops.notify_runs() returns trigger language plpgsql as $$
begin
  perform pg_notify('slipway_runs', new.id);
  return null;
end $$;
create trigger notify_insert after insert on ops.runs for each row execute function ops.notify_runs();
create trigger notify_update after update of state, cancel_requested on ops.runs for each row
  when (old.state is distinct from new.state or old.cancel_requested is distinct from new.cancel_requested)
  execute function ops.notify_runs();

create function ops.notify_deliveries() returns trigger language plpgsql as $$
begin
  perform pg_notify('slipway_deliveries', new.id);
  return null;
end $$;
create trigger notify after insert on ops.deliveries for each row execute function ops.notify_deliveries();

-- Row-level security on every table. A table without an `organisation` column gets no policy: nobody but the owner sees a row.
do $$
declare
  name text;
begin
  for name in select c.relname from pg_class c where c.relnamespace = 'ops'::regnamespace and c.relkind in ('r', 'p') loop
    execute format('alter table ops.%I enable row level security', name);
    if exists (select from pg_attribute a where a.attrelid = format('ops.%I', name)::regclass
               and a.attname = 'organisation' and not a.attisdropped) then
      execute format('create policy own_organisation on ops.%I for select using (organisation = current_setting(''slipway.organisation'', true))', name);
    end if;
  end loop;
end $$;
create policy own_organisation on ops.organisations for select using (id = current_setting('slipway.organisation', true));

-- The role for readers that are not the control plane (reports, a dashboard of one's own). Roles belong to the whole server, so it may
-- exist already; and an owner that may not create roles simply does without it.
do $$
begin
  if not exists (select from pg_roles where rolname = 'slipway_app') then
    create role slipway_app nologin;
  end if;
exception
  when insufficient_privilege or duplicate_object or unique_violation then null;
end $$;

-- Explicit grants: a managed server's default privileges cover other owners' tables, not ours. Nothing for PUBLIC, reading for slipway_app.
revoke all on schema ops from public;
revoke all on all tables in schema ops from public;
revoke all on all functions in schema ops from public;
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant usage on schema ops to slipway_app;
    grant select on ops.organisations, ops.projects, ops.environments, ops.runs, ops.steps, ops.builds, ops.deployments, ops.migrations,
      ops.snapshots, ops.approvals, ops.artifacts, ops.audit_log, ops.routes, ops.edge_activity, ops.templates, ops.feedback, ops.log_lines
      to slipway_app;
    -- Names of secrets, never what is in them.
    grant select (organisation, project, stage, environment, name, version, updated_at, updated_by) on ops.secrets to slipway_app;
  end if;
end $$;
