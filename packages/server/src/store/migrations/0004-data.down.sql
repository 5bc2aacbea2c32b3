drop table ops.events, ops.drills, ops.schedules, ops.snapshots;

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
create trigger organisation before insert on ops.snapshots for each row execute function ops.organisation_of_environment();
alter table ops.snapshots enable row level security;
create policy own_organisation on ops.snapshots for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.snapshots to slipway_app;
  end if;
end $$;
