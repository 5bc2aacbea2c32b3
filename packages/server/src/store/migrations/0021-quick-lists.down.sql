drop index ops.builds_of_commit;
drop index ops.audit_log_since;
drop index ops.audit_log_of_deed;
