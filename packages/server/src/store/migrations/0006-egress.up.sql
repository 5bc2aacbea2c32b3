-- What left an environment that is not production, or tried to, and the mails that were caught. `environment` is no reference:
-- work on a template (`<project>/template-<key>`) is watched too.
create table ops.egress (
  environment text not null,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  kind text not null check (kind in ('dns', 'http', 'connect', 'smtp')),
  host text not null,
  port integer not null,
  outcome text not null check (outcome in ('allowed', 'refused', 'caught')),
  reason text not null default '',
  count bigint not null,
  bytes_sent bigint not null,
  bytes_received bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  -- Equal attempts of an hour are one row.
  hour timestamptz not null,
  primary key (environment, hour, kind, host, port, outcome, reason)
);
create index on ops.egress (environment, last_at desc);

create table ops.mails (
  id text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  environment text not null,
  received_at timestamptz not null default now(),
  sender text not null,
  recipients text[] not null,
  subject text not null,
  from_header text not null,
  to_header text not null,
  text text not null,
  html text not null,
  attachments jsonb not null default '[]',
  bytes integer not null,
  raw bytea not null
);
-- Ids grow with time.
create index on ops.mails (environment, id desc);

-- Mails are an environment's data: they go with it, whoever closes it.
create function ops.forget_mails() returns trigger language plpgsql as $$
begin
  delete from ops.mails where environment = new.id;
  return null;
end $$;
create trigger forget_mails after update of state on ops.environments for each row
  when (new.state = 'closed' and old.state is distinct from new.state) execute function ops.forget_mails();

do $$
declare
  name text;
begin
  foreach name in array array['egress', 'mails'] loop
    execute format('create trigger organisation before insert on ops.%I for each row execute function ops.organisation_of_project()', name);
    execute format('alter table ops.%I enable row level security', name);
    execute format('create policy own_organisation on ops.%I for select using (organisation = current_setting(''slipway.organisation'', true))', name);
    if exists (select from pg_roles where rolname = 'slipway_app') then
      execute format('grant select on ops.%I to slipway_app', name);
    end if;
  end loop;
end $$;
