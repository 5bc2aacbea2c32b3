-- How far the log of a project's production is stored, as the process that reads it last said.
create table ops.archives (
  project text primary key references ops.projects on delete cascade,
  organisation text not null references ops.organisations,
  -- Name of the secret with the server's address: what is switched off is looked for there.
  database text not null,
  lineage text,
  until timestamptz,
  retained_bytes bigint not null default 0,
  -- Each {from, until}: every moment in between can be reached.
  windows jsonb not null default '[]',
  told_at timestamptz
);
create trigger organisation before insert on ops.archives for each row execute function ops.organisation_of_project();
alter table ops.archives enable row level security;
create policy own_organisation on ops.archives for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.archives to slipway_app;
  end if;
end $$;
