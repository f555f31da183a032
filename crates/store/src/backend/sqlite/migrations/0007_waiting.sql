-- The queue of what waits for a person, in the order it is read. The comparison is the one that is asked with: another
-- spelling of it would not find the index.
drop index conversation_waiting;
create index conversation_waiting on conversation(ws, last_message_at, number) where needs_response = true;
insert into sqlite_stat1(tbl, idx, stat) values ('conversation', 'conversation_waiting', '1000 500 2 1');
analyze sqlite_schema;
