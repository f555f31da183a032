-- What was not sent, of all queues of a workspace.
create index delivery_unsent on delivery(ws, number) where state in ('failed', 'cancelled', 'unknown');

insert into sqlite_stat1(tbl, idx, stat) values ('delivery', 'delivery_unsent', '10000 100 1');
analyze sqlite_schema;
