-- Messages that do not count as said: deleted ones, and those of no person or assistant. They are few, so how many
-- were said is told from the log's head without reading them.
create index message_aside on message(ws, conversation, deleted_at, role)
    where deleted_at is not null or role not in ('user', 'assistant');
-- Whose part of it was an assistant's is counted in the index alone.
create index message_answer on message(ws, conversation, deleted_at, role)
    where deleted_at is null and role = 'assistant';

insert into sqlite_stat1(tbl, idx, stat) values
    ('message', 'message_aside', '100000 50000 20 10 1'),
    ('message', 'message_answer', '5000000 2500000 25 25 25');
analyze sqlite_schema;
