drop index ops.approvals_once;
alter table ops.approvals drop column promotion, drop column email, drop column image;
drop table ops.promotions;
