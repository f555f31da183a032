-- Files of messages: what came with them or leaves with them. They are deleted with their message.
alter table file add column message blob;
-- The mail that a message was read from, whole.
alter table file add column is_original integer not null default 0;
create index file_message on file(ws, message) where message is not null;

insert into sqlite_stat1(tbl, idx, stat) values ('file', 'file_message', '100000 50000 2');
analyze sqlite_schema;
