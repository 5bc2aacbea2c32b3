-- Releases on their way to production: what was asked for, by what it was judged, who approved it, what became of it.
create table ops.promotions (
  id text primary key,
  organisation text not null references ops.organisations,
  project text not null references ops.projects,
  environment text not null references ops.environments,
  release jsonb not null,
  requested_by text not null,
  requester_email text,
  state text not null default 'open'
    check (state in ('open', 'deploying', 'succeeded', 'failed', 'refused', 'expired', 'superseded')),
  -- In words, of an end that is no success.
  reason text,
  facts jsonb not null,
  gates jsonb not null,
  -- The gates that an emergency passed over when it went.
  passed_over text[] not null default '{}',
  run text references ops.runs on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  went_at timestamptz,
  ended_at timestamptz
);
create index on ops.promotions (project, created_at desc);
create index on ops.promotions (run);
-- One decision at a time, and one deployment.
create unique index promotions_one_open on ops.promotions (project) where state = 'open';
create unique index promotions_one_deploying on ops.promotions (project) where state = 'deploying';

create trigger organisation before insert on ops.promotions for each row execute function ops.organisation_of_project();
alter table ops.promotions enable row level security;
create policy own_organisation on ops.promotions for select using (organisation = current_setting('slipway.organisation', true));

-- An approval is of one commit in one image, by somebody who can be told.
alter table ops.approvals add column promotion text references ops.promotions on delete cascade;
alter table ops.approvals add column email text;
alter table ops.approvals add column image text;
create unique index approvals_once on ops.approvals (promotion, lower(who));

do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.promotions to slipway_app;
  end if;
end $$;
