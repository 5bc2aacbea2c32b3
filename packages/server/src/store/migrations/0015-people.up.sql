-- People: accounts, how they prove who they are, what they may in which project, and how they are asked in (decision 0104).
-- `users`, `sessions`, `accounts`, `verifications`, `two_factors`, `rate_limits` are written by the library that signs people in, too;
-- it maps its names onto these columns (http/sign-in/). What it does not know of stays ours.

create table ops.users (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  name text not null,
  email text not null check (email = lower(email)),
  email_verified boolean not null default false,
  image text,
  two_factor_enabled boolean not null default false,
  -- May everything in every project of the organisation.
  administrator boolean not null default false,
  -- Nobody signs in to this account, and no token of it is worth anything.
  deactivated_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_one_of_an_email on ops.users (email);

create table ops.sessions (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  user_id text not null references ops.users on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on ops.sessions (user_id);
create index on ops.sessions (expires_at);

-- One row per way in: a password, or the account at another provider.
create table ops.accounts (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  user_id text not null references ops.users on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index on ops.accounts (user_id);

-- What waits for an answer: a second factor, a login at another provider.
create table ops.verifications (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on ops.verifications (identifier);
create index on ops.verifications (expires_at);

create table ops.two_factors (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  user_id text not null references ops.users on delete cascade,
  secret text not null,
  backup_codes text not null,
  verified boolean not null default true,
  failed_verification_count integer not null default 0,
  locked_until timestamptz
);
create index on ops.two_factors (user_id);

-- Requests per address and path, so that all control planes count together.
create table ops.rate_limits (
  id text primary key default gen_random_uuid()::text,
  organisation text not null default 'default' references ops.organisations,
  key text not null unique,
  count integer not null,
  last_request bigint not null
);

-- Failed sign-ins in a row, by the hash of the address that was given: of one that nobody has as of one that somebody has.
create table ops.sign_in_failures (
  account bytea primary key,
  organisation text not null default 'default' references ops.organisations,
  failures integer not null,
  last_at timestamptz not null,
  locked_until timestamptz
);

create table ops.memberships (
  user_id text not null references ops.users on delete cascade,
  project text not null references ops.projects on delete cascade,
  organisation text not null references ops.organisations,
  role text not null check (role in ('viewer', 'developer', 'tester', 'admin')),
  given_by text not null,
  given_at timestamptz not null default now(),
  primary key (user_id, project)
);
create index on ops.memberships (project);
create trigger organisation before insert on ops.memberships for each row execute function ops.organisation_of_project();

-- What a person who was asked in will be; the link itself is nowhere, only its hash.
create table ops.invitations (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  email text not null check (email = lower(email)),
  name text,
  administrator boolean not null default false,
  roles jsonb not null default '{}',
  sha256 bytea not null unique check (octet_length(sha256) = 32),
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create unique index invitations_one_open on ops.invitations (organisation, email) where accepted_at is null and revoked_at is null;

-- One-time links of the operator: to make the first account, or to choose a new password.
create table ops.one_time_links (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  purpose text not null check (purpose in ('setup', 'reset-password')),
  user_id text references ops.users on delete cascade,
  sha256 bytea not null unique check (octet_length(sha256) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((purpose = 'setup') = (user_id is null))
);

-- What belongs to a person is of the person's organisation, whoever writes it.
create function ops.organisation_of_user() returns trigger language plpgsql as $$
begin
  new.organisation := coalesce((select organisation from ops.users where id = new.user_id), new.organisation);
  return new;
end $$;
revoke all on function ops.organisation_of_user() from public;
create trigger organisation before insert on ops.sessions for each row execute function ops.organisation_of_user();
create trigger organisation before insert on ops.accounts for each row execute function ops.organisation_of_user();
create trigger organisation before insert on ops.two_factors for each row execute function ops.organisation_of_user();
create trigger organisation before insert on ops.one_time_links for each row execute function ops.organisation_of_user();

-- A token that a person made for themselves dies with the account; null: the organisation's own, as before.
alter table ops.tokens add column user_id text references ops.users on delete cascade;
-- Null: every project that the person's roles reach.
alter table ops.tokens add column projects text[];
create index on ops.tokens (user_id);
drop index ops.tokens_one_of_a_name;
create unique index tokens_one_of_a_name on ops.tokens (organisation, coalesce(user_id, ''), lower(name)) where revoked_at is null;

do $$
declare
  name text;
begin
  foreach name in array array['users', 'sessions', 'accounts', 'verifications', 'two_factors', 'rate_limits', 'sign_in_failures',
    'memberships', 'invitations', 'one_time_links'] loop
    execute format('alter table ops.%I enable row level security', name);
    execute format('create policy own_organisation on ops.%I for select using (organisation = current_setting(''slipway.organisation'', true))', name);
  end loop;
  if exists (select from pg_roles where rolname = 'slipway_app') then
    -- Who there is and what they may. Never what opens anything: passwords, sessions, second factors, hashes of links.
    grant select (id, organisation, name, email, email_verified, two_factor_enabled, administrator, deactivated_at, created_at, updated_at) on ops.users to slipway_app;
    grant select (id, organisation, user_id, expires_at, ip_address, user_agent, created_at, updated_at) on ops.sessions to slipway_app;
    grant select (id, organisation, user_id, account_id, provider_id, created_at, updated_at) on ops.accounts to slipway_app;
    grant select on ops.memberships to slipway_app;
    grant select (id, organisation, email, name, administrator, roles, created_by, created_at, expires_at, accepted_at, revoked_at) on ops.invitations to slipway_app;
    grant select (id, organisation, purpose, user_id, created_at, expires_at, used_at) on ops.one_time_links to slipway_app;
    grant select (user_id, projects) on ops.tokens to slipway_app;
  end if;
end $$;
