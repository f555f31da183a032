-- Received messages for numbers and inboxes that their workspace does not have. The newest ones are kept.
create table unmatched_message(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    medium text not null,
    external_id text not null,
    sender text not null,
    recipient text not null,
    content text not null,
    received_at integer not null
) strict;
create unique index unmatched_message_external on unmatched_message(ws, medium, external_id);
create index unmatched_message_newest on unmatched_message(ws, number);

insert into sqlite_stat1(tbl, idx, stat) values
    ('unmatched_message', 'unmatched_message_external', '1000 500 500 1'),
    ('unmatched_message', 'unmatched_message_newest', '1000 500 1');
analyze sqlite_schema;
