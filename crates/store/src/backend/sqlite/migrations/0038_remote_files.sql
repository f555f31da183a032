-- Files of messages that are still at a carrier. Each has a job that fetches it.
create table remote_file(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    conversation integer not null references conversation(number),
    message blob not null,
    url text not null,
    media_type text,
    created_at integer not null
) strict;
create index remote_file_message on remote_file(ws, message);
create index remote_file_conversation on remote_file(ws, conversation);

insert into sqlite_stat1(tbl, idx, stat) values
    ('remote_file', 'remote_file_message', '1000 500 1'),
    ('remote_file', 'remote_file_conversation', '1000 500 1');
analyze sqlite_schema;
