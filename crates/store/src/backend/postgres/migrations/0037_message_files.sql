-- Files of messages: what came with them or leaves with them. They are deleted with their message.
alter table file add column message uuid;
-- The mail that a message was read from, whole.
alter table file add column is_original boolean not null default false;
create index file_message on file(ws, message) where message is not null;
