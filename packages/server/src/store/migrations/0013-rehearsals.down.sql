drop table ops.rehearsals;
