-- What a deployment brought where, so that it can be gone back to.
alter table ops.deployments
  add column kind text not null default 'deploy' check (kind in ('open', 'deploy', 'rollback')),
  add column image text,
  add column image_sha256 text,
  add column database text,
  add column slot text check (slot in ('blue', 'green')),
  add column modules jsonb not null default '[]',
  -- The deployment that made this database: two that have the same one differ in code only.
  add column generation text,
  -- When the edge sent the first request to it.
  add column switched_at timestamptz,
  -- When its database was copied: what is written later is not in the one before.
  add column held_at timestamptz,
  -- The deployment whose version serves after this one: itself, or what was gone back to.
  add column version text;
