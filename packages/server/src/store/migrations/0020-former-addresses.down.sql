drop table ops.former_addresses;
