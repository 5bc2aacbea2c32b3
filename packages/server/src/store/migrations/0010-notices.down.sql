drop table ops.notices;
