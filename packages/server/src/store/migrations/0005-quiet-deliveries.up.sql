-- Commits that notify wait for one another, over the whole server, until each is on disk: too long for whoever sent a webhook. The process
-- that keeps a delivery wakes its own worker, and all others look once a second.
drop trigger notify on ops.deliveries;
drop function ops.notify_deliveries();
