-- People and programs that may call the API, each by a token of their own. The token itself is nowhere: only its hash.
create table ops.tokens (
  id text primary key,
  organisation text not null default 'default' references ops.organisations,
  -- Who it is, in the audit log and wherever else a deed is told.
  name text not null,
  email text,
  sha256 bytea not null unique check (octet_length(sha256) = 32),
  scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['admin', 'promote', 'approve', 'read']),
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
-- A name means one person at a time; what it did before it was revoked stays told under it.
create unique index tokens_one_of_a_name on ops.tokens (organisation, lower(name)) where revoked_at is null;

alter table ops.tokens enable row level security;
create policy own_organisation on ops.tokens for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    -- Never the hash: whoever has it could try tokens against it.
    grant select (id, organisation, name, email, scopes, created_by, created_at, expires_at, last_used_at, revoked_at) on ops.tokens to slipway_app;
  end if;
end $$;
