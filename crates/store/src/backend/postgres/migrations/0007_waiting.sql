-- The queue of what waits for a person, in the order it is read.
drop index conversation_waiting;
create index conversation_waiting on conversation(ws, last_message_at nulls first, number) where needs_response = true;
