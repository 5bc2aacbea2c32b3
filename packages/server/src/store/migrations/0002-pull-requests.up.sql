-- What is remembered of a pull request between deliveries, also of one without a preview: so that their order does not matter.
create table ops.pull_requests (
  environment text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  known jsonb not null
);
create trigger organisation before insert on ops.pull_requests for each row execute function ops.organisation_of_project();
alter table ops.pull_requests enable row level security;
create policy own_organisation on ops.pull_requests for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.pull_requests to slipway_app;
  end if;
end $$;
