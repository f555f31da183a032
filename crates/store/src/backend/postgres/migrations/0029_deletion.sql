-- A conversation is deleted by its row, and its messages and log entries follow in batches, so they refer to it without a
-- foreign key. They name a member that is deleted as nobody's. None of these references had an index: the deletion of a
-- member read all of them.
alter table message drop constraint message_ws_conversation_fkey;
alter table message drop constraint message_ws_author_fkey;
alter table log_entry drop constraint log_entry_ws_conversation_fkey;
alter table log_entry drop constraint log_entry_ws_actor_fkey;
alter table mention drop constraint mention_ws_conversation_fkey;
alter table message_rating drop constraint message_rating_ws_conversation_fkey;

-- How far a job has come, by kind.
alter table job add column position bigint not null default 0;
