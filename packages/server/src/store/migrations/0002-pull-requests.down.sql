drop table ops.pull_requests;
