-- Messages that do not count as said: deleted ones, and those of no person or assistant. They are few, so how many
-- were said is told from the log's head without reading them.
create index message_aside on message(ws, conversation, deleted_at, role)
    where deleted_at is not null or role not in ('user', 'assistant');
-- Whose part of it was an assistant's is counted in the index alone.
create index message_answer on message(ws, conversation, deleted_at, role)
    where deleted_at is null and role = 'assistant';
