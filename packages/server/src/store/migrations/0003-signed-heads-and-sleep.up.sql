-- A signed head per sealed run: what the chain was when the run ended. `number` has no gaps; see evidence/heads.ts.
create table ops.evidence_heads (
  number bigint primary key check (number > 0),
  organisation text not null references ops.organisations,
  run text not null references ops.runs,
  -- The file in the run's folder that says the same.
  path text not null unique,
  sequence bigint not null,
  chain text not null,
  previous text not null,
  sealed_at text not null,
  key text not null,
  signature text not null
);
create index on ops.evidence_heads (run, number);
create trigger organisation before insert on ops.evidence_heads for each row execute function ops.organisation_of_run();
create trigger append_only before update or delete on ops.evidence_heads for each row execute function ops.refuse_change();
create trigger append_only_truncate before truncate on ops.evidence_heads for each statement execute function ops.refuse_change();
alter table ops.evidence_heads enable row level security;
create policy own_organisation on ops.evidence_heads for select using (organisation = current_setting('slipway.organisation', true));
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    grant select on ops.evidence_heads to slipway_app;
  end if;
end $$;

-- Whether what serves is asleep. `state` cannot say it alone: a sleeping preview may be blocked, too.
alter table ops.environments add column asleep boolean not null default false;
update ops.environments set asleep = true where state = 'sleeping';
