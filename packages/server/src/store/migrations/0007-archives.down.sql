drop table ops.archives;
