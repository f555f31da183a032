-- Messages that do not count as said: deleted ones, and those of no person or assistant. They are few, so how many
-- were said is told from the log's head without reading them.
create index message_aside on message(ws, conversation)
    where deleted_at is not null or role not in ('user', 'assistant');
