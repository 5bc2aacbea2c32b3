alter table ops.deployments
  drop column kind, drop column image, drop column image_sha256, drop column database, drop column slot, drop column modules,
  drop column switched_at, drop column held_at, drop column version, drop column generation;
