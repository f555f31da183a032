-- The default order of a workspace's conversations; what else it holds answers the usual filters and totals.
create index conversation_spoken on conversation(ws, last_message_at desc, number desc, kind, state, is_test);

insert into sqlite_stat1(tbl, idx, stat) values
    ('conversation', 'conversation_spoken', '1000000 500000 2 1 1 1 1');
analyze sqlite_schema;
