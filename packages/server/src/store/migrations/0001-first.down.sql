-- Takes back everything that 0001 made in this database. The role slipway_app belongs to the whole server and stays:
-- another Slipway on it may use it. ops.schema_migrations belongs to the runner and stays, too.
do $$
begin
  if exists (select from pg_roles where rolname = 'slipway_app') then
    revoke all on all tables in schema ops from slipway_app;
    revoke usage on schema ops from slipway_app;
  end if;
end $$;

drop table ops.log_lines, ops.feedback, ops.templates, ops.secrets, ops.edge_activity, ops.routes, ops.deliveries, ops.audit_log,
  ops.artifacts, ops.approvals, ops.snapshots, ops.migrations, ops.deployments, ops.builds, ops.steps, ops.runs, ops.environments,
  ops.projects, ops.organisations;
drop function ops.organisation_of_project(), ops.organisation_of_environment(), ops.organisation_of_run(), ops.organisation_of_deployment(),
  ops.refuse_change(), ops.notify_routes(), ops.notify_runs(), ops.notify_deliveries();
drop sequence ops.route_version;
