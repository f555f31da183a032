-- Messages that do not count as said: deleted ones, and those of no person or assistant. They are few, so how many
-- were said is told from the log's head without reading them.
create index message_aside on message(ws, conversation)
    where deleted_at is not null or role not in ('user', 'assistant');

insert into sqlite_stat1(tbl, idx, stat) values
    ('message', 'message_aside', '100000 50000 20');
analyze sqlite_schema;
