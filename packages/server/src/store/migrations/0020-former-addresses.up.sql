-- Addresses that were somebody's: what was done under them stays theirs (decision 0112).
create table ops.former_addresses (
  user_id text not null references ops.users on delete cascade,
  email text not null check (email = lower(email)),
  organisation text not null default 'default' references ops.organisations,
  -- Whether it was proved: whoever goes back to it finds that so.
  verified boolean not null,
  left_at timestamptz not null,
  primary key (user_id, email)
);
create index on ops.former_addresses (email);
create trigger organisation before insert on ops.former_addresses for each row execute function ops.organisation_of_user();
alter table ops.former_addresses enable row level security;
create policy own_organisation on ops.former_addresses for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.former_addresses to slipway_app;
  end if;
end $$;
