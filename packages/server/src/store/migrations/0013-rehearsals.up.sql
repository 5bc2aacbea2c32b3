-- Releases that were carried out on a copy of production: what they were of, what production ran, and what was found.
create table ops.rehearsals (
  -- The run that it was.
  id text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects on delete cascade,
  git_sha text not null,
  image_sha256 text not null,
  -- What production ran when it was planned; null: not known, as of one that Slipway does not run.
  production_sha text,
  production_since timestamptz,
  snapshot text,
  snapshot_taken_at timestamptz,
  requested_by text not null,
  status text not null check (status in ('succeeded', 'failed', 'cancelled')),
  seconds double precision not null,
  failure jsonb,
  last_lines jsonb not null default '[]',
  -- As the API answers it; null: it did not come to a plan.
  report jsonb,
  at timestamptz not null default now()
);
create index on ops.rehearsals (project, at desc);

create trigger organisation before insert on ops.rehearsals for each row execute function ops.organisation_of_project();
alter table ops.rehearsals enable row level security;
create policy own_organisation on ops.rehearsals for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.rehearsals to slipway_app;
  end if;
end $$;
