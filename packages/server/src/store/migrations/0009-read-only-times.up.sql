-- Times in which an environment served reads and refused writes, and how many of each: written by the edge, read for the evidence.
create table ops.read_only_times (
  environment text not null references ops.environments on delete cascade,
  organisation text not null references ops.organisations,
  since timestamptz not null,
  -- About until when, as people were told.
  until timestamptz not null,
  reads bigint not null default 0,
  refused bigint not null default 0,
  first_refused_at timestamptz,
  last_refused_at timestamptz,
  primary key (environment, since)
);

create trigger organisation before insert on ops.read_only_times for each row execute function ops.organisation_of_environment();
alter table ops.read_only_times enable row level security;
create policy own_organisation on ops.read_only_times for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.read_only_times to slipway_app;
  end if;
end $$;
