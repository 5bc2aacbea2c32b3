-- What came of requests with an Idempotency-Key, so that one that is sent again is done once. Neither the key nor the request is kept:
-- `key` is the SHA-256 of caller and key, `fingerprint` a MAC of the request under the key.
create table ops.idempotency_keys (
  key bytea primary key check (octet_length(key) = 32),
  organisation text not null default 'default' references ops.organisations,
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  -- While it is carried out; renewed, so that one whose process died is told from one that takes long.
  busy_until timestamptz,
  -- Null: not known yet, or (with `secret`) not kept.
  status integer,
  answer text,
  secret boolean not null default false,
  created_at timestamptz not null default now()
);
create index on ops.idempotency_keys (created_at);
alter table ops.idempotency_keys enable row level security;
create policy own_organisation on ops.idempotency_keys for select using (organisation = current_setting('slipway.organisation', true));
-- No grant to slipway_app: answers are nobody's to read but the caller's.

-- Whose audit log a row belongs to, written with it; of rows from before, the target says it.
alter table ops.audit_log add column project text;
create index audit_log_of_project on ops.audit_log (coalesce(project, split_part(target, '/', 1)), id desc);
create index on ops.audit_log (who, id desc);

-- Lists are read in pages, each going on where the one before ended.
create index on ops.runs (sequence desc);
-- What the guards said of the commit that a preview is asked for.
create index on ops.runs (environment, sha, sequence);
create index on ops.builds (started_at desc, id desc);
create index environments_in_order on ops.environments (project, coalesce(number, 2147483647), id) where state <> 'closed';
create index on ops.promotions (project, created_at desc, id desc);
