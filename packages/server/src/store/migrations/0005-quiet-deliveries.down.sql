create function ops.notify_deliveries() returns trigger language plpgsql as $$
begin
  perform pg_notify('slipway_deliveries', new.id);
  return null;
end $$;
create trigger notify after insert on ops.deliveries for each row execute function ops.notify_deliveries();
