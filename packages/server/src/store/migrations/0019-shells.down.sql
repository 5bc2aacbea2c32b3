drop table ops.connect_tickets;
drop table ops.shells;
drop table ops.break_glass;
