drop table ops.read_only_times;
