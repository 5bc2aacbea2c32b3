-- Snapshots and backups of production, their schedules, drills, and what people have to be told.
-- The first schema had a table of this name that nothing ever wrote to.
drop table ops.snapshots;

create table ops.snapshots (
  id text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  environment text not null references ops.environments,
  run text references ops.runs on delete set null,
  kind text not null check (kind in ('raw', 'sanitised')),
  reason text not null check (reason in ('manual', 'schedule', 'deployment', 'refresh')),
  series text not null,
  modules integer not null,
  row_count bigint not null,
  files integer not null,
  bytes bigint not null,
  stored_bytes bigint not null,
  encrypted boolean not null,
  rules text,
  -- Class and rule of every column as it was masked: what the next snapshot's columns are compared with.
  columns jsonb,
  taken_at timestamptz not null,
  finished_at timestamptz not null,
  -- A person said that pruning leaves it alone.
  pinned boolean not null default false,
  removed_at timestamptz
);
create index on ops.snapshots (project, kind, taken_at desc) where removed_at is null;

create table ops.schedules (
  project text not null references ops.projects on delete cascade,
  organisation text not null references ops.organisations,
  name text not null,
  expression text not null,
  next_at timestamptz,
  last_at timestamptz,
  last_run text,
  primary key (project, name)
);

create table ops.drills (
  id text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  snapshot text not null references ops.snapshots,
  run text references ops.runs on delete set null,
  -- Age of the data when the drill began, and how long it took until people could have logged in.
  recovery_point_seconds double precision not null,
  recovery_time_seconds double precision not null,
  rows_compared bigint not null,
  at timestamptz not null default now()
);
create index on ops.drills (project, at desc);

create table ops.events (
  id bigint generated always as identity primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  kind text not null,
  subject text not null,
  message text not null,
  at timestamptz not null default now(),
  resolved_at timestamptz
);
-- One open event of a kind about a subject: it is told once, until it is over.
create unique index events_open on ops.events (project, kind, subject) where resolved_at is null;

do $$
declare
  name text;
begin
  foreach name in array array['snapshots', 'schedules', 'drills', 'events'] loop
    execute format('create trigger organisation before insert on ops.%I for each row execute function ops.organisation_of_project()', name);
    execute format('alter table ops.%I enable row level security', name);
    execute format('create policy own_organisation on ops.%I for select using (organisation = current_setting(''slipway.organisation'', true))', name);
    if exists (select from pg_roles where rolname = 'slipway_app') then
      execute format('grant select on ops.%I to slipway_app', name);
    end if;
  end loop;
end $$;
