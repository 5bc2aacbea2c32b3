-- What changed, in the order of becoming visible: live events are read from here, and outgoing webhooks made.
create table ops.changes (
  id bigint generated always as identity primary key,
  organisation text not null default 'default' references ops.organisations,
  -- No reference: it only says where to look, and outlives what it is about.
  project text,
  environment text,
  kind text not null,
  subject text not null,
  -- What it came into by this; null: its kind has no state, or that is as it was.
  state text,
  at timestamptz not null default clock_timestamp()
);
create index on ops.changes (at);

-- How far somebody is: up to which change was removed, and was made into webhooks.
create table ops.change_marks (
  name text primary key,
  id bigint not null default 0
);
insert into ops.change_marks (name) values ('removed'), ('webhooks');

-- Readers go on after the last id that they saw, so an id may not become visible after a higher one. Hence the lock, which is held from
-- before the id is taken until after the commit; and hence the trigger waits for the commit, when its transaction has every other lock
-- that it wants: nobody who holds this one waits for anybody.
create function ops.record_change() returns trigger language plpgsql as $$
declare
  change ops.changes;
begin
  change.organisation := new.organisation;
  change.kind := tg_argv[0];
  case tg_table_name
    when 'projects' then
      change.project := new.id; change.subject := new.id;
    when 'environments' then
      change.project := new.project; change.environment := new.id; change.subject := new.id;
      if tg_op = 'INSERT' or old.state is distinct from new.state then change.state := new.state; end if;
    when 'runs' then
      change.project := new.project; change.environment := new.environment; change.subject := new.id;
      if tg_op = 'INSERT' or old.state is distinct from new.state then change.state := new.state; end if;
    when 'steps' then
      select project, environment into change.project, change.environment from ops.runs where id = new.run;
      change.subject := new.run; change.state := new.state;
    when 'builds' then
      select environment into change.environment from ops.runs where id = new.run;
      change.project := new.project; change.subject := new.id; change.state := new.state;
    when 'deployments' then
      select project into change.project from ops.environments where id = new.environment;
      change.environment := new.environment; change.subject := new.id; change.state := new.status;
    when 'promotions' then
      change.project := new.project; change.environment := new.environment; change.subject := new.id;
      if tg_op = 'INSERT' then change.state := 'requested';
      elsif old.state is distinct from new.state then change.state := new.state;
      end if;
    when 'approvals' then
      select project into change.project from ops.environments where id = new.environment;
      change.environment := new.environment; change.subject := new.promotion; change.state := new.decision;
    when 'production_watches' then
      select project into change.project from ops.environments where id = new.environment;
      change.environment := new.environment; change.subject := new.deployment; change.state := new.state;
    when 'snapshots' then
      change.project := new.project; change.environment := new.environment; change.subject := new.id;
      change.state := case when tg_op = 'INSERT' then new.kind when new.removed_at is not null then 'removed' else 'changed' end;
    when 'rehearsals' then
      change.project := new.project; change.subject := new.id; change.state := new.status;
    when 'mails' then
      change.project := new.project; change.environment := new.environment; change.subject := new.id;
    when 'events' then
      change.project := new.project; change.subject := new.id::text;
      change.state := case when new.resolved_at is null then 'open' else 'over' end;
    when 'notices' then
      change.project := new.project; change.subject := new.id; change.state := new.state;
  end case;
  perform pg_advisory_xact_lock(7310018);
  insert into ops.changes (organisation, project, environment, kind, subject, state)
    values (change.organisation, change.project, change.environment, change.kind, change.subject, change.state);
  perform pg_notify('slipway_changes', '');
  return null;
end $$;

do $$
declare
  it record;
begin
  for it in select * from (values
    ('projects', 'project', 'insert', 'true'),
    ('projects', 'project', 'update', 'old.config is distinct from new.config'),
    ('environments', 'environment', 'insert', 'true'),
    ('environments', 'environment', 'update', '(old.state, old.asleep, old.head_sha, old.live_sha, old.verdict, old.run, old.title, old.reason, old.url)'
      ' is distinct from (new.state, new.asleep, new.head_sha, new.live_sha, new.verdict, new.run, new.title, new.reason, new.url)'),
    ('runs', 'run', 'insert', 'true'),
    ('runs', 'run', 'update', '(old.state, old.cancel_requested) is distinct from (new.state, new.cancel_requested)'
      ' or old.plan is null and new.plan is not null'),
    ('steps', 'step', 'insert', 'true'),
    ('steps', 'step', 'update', '(old.state, old.attempts) is distinct from (new.state, new.attempts)'),
    ('builds', 'build', 'insert', 'true'),
    ('builds', 'build', 'update', '(old.state, old.test_verdict) is distinct from (new.state, new.test_verdict)'),
    ('deployments', 'deployment', 'insert', 'true'),
    ('deployments', 'deployment', 'update', 'old.status is distinct from new.status'),
    ('promotions', 'promotion', 'insert', 'true'),
    ('promotions', 'promotion', 'update', 'old.state is distinct from new.state or old.gates is distinct from new.gates'),
    ('approvals', 'approval', 'insert', 'new.promotion is not null'),
    ('approvals', 'approval', 'update', 'new.promotion is not null'),
    ('production_watches', 'watch', 'insert', 'true'),
    ('production_watches', 'watch', 'update', 'old.state is distinct from new.state'),
    ('snapshots', 'snapshot', 'insert', 'true'),
    ('snapshots', 'snapshot', 'update', '(old.removed_at, old.pinned) is distinct from (new.removed_at, new.pinned)'),
    ('rehearsals', 'rehearsal', 'insert', 'true'),
    ('mails', 'mail', 'insert', 'true'),
    ('events', 'attention', 'insert', 'true'),
    ('events', 'attention', 'update', 'old.resolved_at is distinct from new.resolved_at'),
    ('notices', 'notice', 'insert', 'true'),
    ('notices', 'notice', 'update', 'old.state is distinct from new.state')
  ) as wanted (name, kind, act, condition) loop
    execute format('create constraint trigger %I after %s on ops.%I deferrable initially deferred for each row when (%s)'
      ' execute function ops.record_change(%L)', 'change_' || it.act, it.act, it.name, it.condition, it.kind);
  end loop;
end $$;

-- Addresses that are told of what happens. The secret that signs lies with the other secrets.
create table ops.webhooks (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  project text not null references ops.projects on delete cascade,
  url text not null,
  kinds text[] not null check (cardinality(kinds) > 0),
  active boolean not null default true,
  -- Why it was switched off, where nobody did it.
  reason text,
  -- Changes after this one are told.
  since bigint not null,
  -- No attempt has succeeded since.
  failing_since timestamptz,
  -- Until then the secret before the present one signs, too.
  former_until timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on ops.webhooks (project, created_at);

-- One row for each event and address: written before the first attempt, kept as the log of what was told.
create table ops.webhook_deliveries (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  sequence bigint generated always as identity,
  project text not null references ops.projects on delete cascade,
  webhook text not null references ops.webhooks on delete cascade,
  -- Null: a test.
  change bigint,
  kind text not null,
  -- The bytes that are signed: the same at each attempt.
  body text not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'given-up')),
  attempts integer not null default 0,
  -- From when on it was tried: its making, or the last replay.
  since timestamptz not null default now(),
  next_at timestamptz not null default now(),
  last_at timestamptz,
  code integer,
  milliseconds integer,
  error text,
  -- What the other side said, as much as people read.
  answer text,
  created_at timestamptz not null default now()
);
create index webhook_deliveries_waiting on ops.webhook_deliveries (webhook, next_at) where state = 'waiting';
create index on ops.webhook_deliveries (webhook, sequence desc);
create index on ops.webhook_deliveries (created_at);

create trigger organisation before insert on ops.webhooks for each row execute function ops.organisation_of_project();
create trigger organisation before insert on ops.webhook_deliveries for each row execute function ops.organisation_of_project();
alter table ops.changes enable row level security;
alter table ops.change_marks enable row level security;
alter table ops.webhooks enable row level security;
alter table ops.webhook_deliveries enable row level security;
create policy own_organisation on ops.changes for select using (organisation = current_setting('slipway.organisation', true));
create policy own_organisation on ops.webhooks for select using (organisation = current_setting('slipway.organisation', true));
create policy own_organisation on ops.webhook_deliveries for select using (organisation = current_setting('slipway.organisation', true));
-- The second wall, as in 0016.
create policy own_projects on ops.changes as restrictive for select using (coalesce(current_setting('slipway.projects', true), '') = ''
  or project = any (string_to_array(current_setting('slipway.projects', true), ',')));
create policy own_projects on ops.webhooks as restrictive for select using (coalesce(current_setting('slipway.projects', true), '') = ''
  or project = any (string_to_array(current_setting('slipway.projects', true), ',')));
create policy own_projects on ops.webhook_deliveries as restrictive for select using (coalesce(current_setting('slipway.projects', true), '') = ''
  or project = any (string_to_array(current_setting('slipway.projects', true), ',')));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.changes to slipway_app;
    -- An address may be a secret by itself, and what is sent there is for those it was meant for.
    grant select (id, organisation, project, kinds, active, reason, since, failing_since, created_by, created_at, updated_at)
      on ops.webhooks to slipway_app;
    grant select (id, organisation, sequence, project, webhook, change, kind, state, attempts, since, next_at, last_at, code, milliseconds,
      created_at) on ops.webhook_deliveries to slipway_app;
  end if;
end $$;
