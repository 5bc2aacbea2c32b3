drop index ops.promotions_project_created_at_id_idx;
drop index ops.environments_in_order;
drop index ops.builds_started_at_id_idx;
drop index ops.runs_environment_sha_sequence_idx;
drop index ops.runs_sequence_idx;
drop index ops.audit_log_who_id_idx;
drop index ops.audit_log_of_project;
alter table ops.audit_log drop column project;
drop table ops.idempotency_keys;
