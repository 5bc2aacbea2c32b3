drop table ops.tokens;
