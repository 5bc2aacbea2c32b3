alter table ops.environments drop column asleep;
drop table ops.evidence_heads;
