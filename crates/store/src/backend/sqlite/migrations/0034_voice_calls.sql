-- Calls of chats over voice. `carrier_id` is the id that the carrier has given the call: a failed one without it was never
-- accepted, as far as is known. Nothing here says who was called. A chat places one call at most.
create table voice_call(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    conversation integer not null references conversation(number) on delete cascade,
    direction text not null,
    status text not null,
    carrier_id text,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index voice_call_id on voice_call(ws, id);
create unique index voice_call_carrier_id on voice_call(ws, carrier_id) where carrier_id is not null;
create unique index voice_call_placed on voice_call(ws, conversation) where direction = 'outbound';
create index voice_call_conversation on voice_call(ws, conversation, number);

insert into sqlite_stat1(tbl, idx, stat) values
    ('voice_call', 'voice_call_id', '100000 1000 1'),
    ('voice_call', 'voice_call_carrier_id', '100000 1000 1'),
    ('voice_call', 'voice_call_placed', '50000 500 1'),
    ('voice_call', 'voice_call_conversation', '100000 1000 2 1');
analyze sqlite_schema;
