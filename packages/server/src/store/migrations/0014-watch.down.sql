drop table ops.production_watches;
drop table ops.edge_measures;
