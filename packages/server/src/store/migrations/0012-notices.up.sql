-- Messages to people, one row for each channel: written with what happened, sent afterwards, kept as the log of what was told.
create table ops.notices (
  id text primary key,
  organisation text not null references ops.organisations,
  sequence bigint generated always as identity,
  project text not null references ops.projects on delete cascade,
  channel text not null,
  kind text not null,
  phase text not null check (phase in ('news', 'open', 'over')),
  subject text not null,
  -- Not jsonb: facts stay in their order.
  notice json not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'given-up')),
  attempts integer not null default 0,
  error text,
  created_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  sent_at timestamptz
);
create index notices_waiting on ops.notices (next_attempt_at) where state = 'waiting';
create index on ops.notices (project, channel, subject, sequence);

create trigger organisation before insert on ops.notices for each row execute function ops.organisation_of_project();
alter table ops.notices enable row level security;
create policy own_organisation on ops.notices for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.notices to slipway_app;
  end if;
end $$;
