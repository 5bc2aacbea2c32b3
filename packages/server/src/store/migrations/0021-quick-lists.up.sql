-- The audit log, by what was done and from when on: what is rare is found without reading all that is not. The order of "C" is that of
-- bytes, in which the beginning of a name (`preview.`) is a range.
create index audit_log_of_deed on ops.audit_log (what collate "C", id desc);
create index audit_log_since on ops.audit_log (at);
-- The board shows of each branch what its newest commit says.
create index builds_of_commit on ops.builds (project, git_sha, started_at desc);
