-- What the edge answered for production, in steps of ten seconds by when each request was sent on: written by the edge.
create table ops.edge_measures (
  environment text not null references ops.environments on delete cascade,
  organisation text not null references ops.organisations,
  at timestamptz not null,
  requests bigint not null,
  server_errors bigint not null,
  -- How many took how long: domain/latency.ts says which place is how long.
  latencies integer[] not null,
  primary key (environment, at)
);
create index on ops.edge_measures (at);

-- The time after a deployment in which it is compared with what served before, and what came of it.
create table ops.production_watches (
  deployment text primary key references ops.deployments on delete cascade,
  environment text not null references ops.environments on delete cascade,
  organisation text not null references ops.organisations,
  slot text not null check (slot in ('blue', 'green')),
  -- The deployment whose version served before; null: none did.
  former text,
  since timestamptz not null,
  until timestamptz not null,
  state text not null default 'watching' check (state in ('watching', 'kept', 'ended', 'told', 'rolled-back')),
  -- Why it ended before its time.
  reason text,
  judgement jsonb,
  compared jsonb,
  looked_at timestamptz,
  ended_at timestamptz,
  -- The run that goes back.
  rollback_run text references ops.runs,
  check ((state = 'rolled-back') = (rollback_run is not null))
);
create index on ops.production_watches (environment, since);
create index production_watches_open on ops.production_watches (since) where state = 'watching';

create trigger organisation before insert on ops.edge_measures for each row execute function ops.organisation_of_environment();
create trigger organisation before insert on ops.production_watches for each row execute function ops.organisation_of_environment();
alter table ops.edge_measures enable row level security;
alter table ops.production_watches enable row level security;
create policy own_organisation on ops.edge_measures for select using (organisation = current_setting('slipway.organisation', true));
create policy own_organisation on ops.production_watches for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.edge_measures, ops.production_watches to slipway_app;
  end if;
end $$;
