-- Production, opened to shells of one person for a time and a reason.
create table ops.break_glass (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  environment text not null references ops.environments on delete cascade,
  reason text not null check (char_length(reason) >= 15),
  -- Whether what changes something may be opened through it.
  write boolean not null,
  opened_by text not null,
  opened_as text,
  opened_at timestamptz not null,
  until timestamptz not null check (until > opened_at and until <= opened_at + interval '1 hour'),
  closed_at timestamptz,
  closed_by text,
  -- When its logins were ended and people were told.
  settled_at timestamptz
);
create index on ops.break_glass (environment, opened_at);
create index break_glass_unsettled on ops.break_glass (until) where settled_at is null;

-- A terminal beside an environment. The row comes before its container and its role, and says what there is to remove.
create table ops.shells (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  environment text not null references ops.environments on delete cascade,
  kind text not null check (kind in ('shell', 'odoo', 'psql')),
  read_only boolean not null,
  glass text references ops.break_glass on delete cascade,
  -- A role of its own, which may read; null: the environment's.
  role text,
  -- Only while it lives.
  command jsonb not null default '[]',
  terminal boolean not null,
  columns integer not null,
  rows integer not null,
  opened_by text not null,
  opened_as text,
  opened_at timestamptz not null,
  -- Until then somebody has to attach.
  attach_until timestamptz not null,
  ends_at timestamptz not null,
  attached_at timestamptz,
  -- The process that holds it says each few seconds that it lives.
  holder text,
  seen_at timestamptz,
  -- Who wants it to end.
  end_by text,
  ended_at timestamptz,
  exit_code integer,
  why text,
  recorded bigint,
  -- Container and role are gone.
  cleaned_at timestamptz
);
create index on ops.shells (environment, opened_at);
create index on ops.shells (opened_at);
create index shells_unclean on ops.shells (opened_at) where cleaned_at is null;

-- One login of a browser, by an address that works once. The ticket itself is nowhere: only its hash.
create table ops.connect_tickets (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  environment text not null references ops.environments on delete cascade,
  sha256 bytea not null unique check (octet_length(sha256) = 32),
  -- Of the user in the Odoo.
  uid integer not null,
  login text not null,
  glass text references ops.break_glass on delete cascade,
  asked_by text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_from text
);
create index on ops.connect_tickets (environment, asked_at);

create trigger organisation before insert on ops.break_glass for each row execute function ops.organisation_of_environment();
create trigger organisation before insert on ops.shells for each row execute function ops.organisation_of_environment();
create trigger organisation before insert on ops.connect_tickets for each row execute function ops.organisation_of_environment();
alter table ops.break_glass enable row level security;
alter table ops.shells enable row level security;
alter table ops.connect_tickets enable row level security;
create policy own_organisation on ops.break_glass for select using (organisation = current_setting('slipway.organisation', true));
create policy own_organisation on ops.shells for select using (organisation = current_setting('slipway.organisation', true));
create policy own_organisation on ops.connect_tickets for select using (organisation = current_setting('slipway.organisation', true));
-- The second wall, as in 0016.
create policy own_projects on ops.break_glass as restrictive for select using (coalesce(current_setting('slipway.projects', true), '') = ''
  or split_part(environment, '/', 1) = any (string_to_array(current_setting('slipway.projects', true), ',')));
create policy own_projects on ops.shells as restrictive for select using (coalesce(current_setting('slipway.projects', true), '') = ''
  or split_part(environment, '/', 1) = any (string_to_array(current_setting('slipway.projects', true), ',')));
create policy own_projects on ops.connect_tickets as restrictive for select using (coalesce(current_setting('slipway.projects', true), '') = ''
  or split_part(environment, '/', 1) = any (string_to_array(current_setting('slipway.projects', true), ',')));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.break_glass to slipway_app;
    -- Not the command: somebody may have written a password into it.
    grant select (id, organisation, environment, kind, read_only, glass, role, terminal, columns, rows, opened_by, opened_as, opened_at,
      attach_until, ends_at, attached_at, holder, seen_at, end_by, ended_at, exit_code, why, recorded, cleaned_at) on ops.shells to slipway_app;
    -- Never the hash: whoever has it could try tickets against it.
    grant select (id, organisation, environment, uid, login, glass, asked_by, asked_at, expires_at, used_at, used_from)
      on ops.connect_tickets to slipway_app;
  end if;
end $$;
