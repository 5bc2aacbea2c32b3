drop table ops.webhook_deliveries;
drop table ops.webhooks;
-- With every trigger that calls it.
drop function ops.record_change() cascade;
drop table ops.change_marks;
drop table ops.changes;
