-- What is counted over conversations, and what waits for a person.
create index conversation_created on conversation(ws, created_at);
create index conversation_waiting on conversation(ws, number) where needs_response = 1;

-- Which open conversations run over a phone number.
create index conversation_phone_number on conversation(ws, phone_number) where phone_number is not null;

-- The names of the tools that assistants called.
create table tool_name(
    ws integer not null references workspace(number),
    name text not null,
    primary key (ws, name)
) strict, without rowid;

insert into sqlite_stat1(tbl, idx, stat) values
    ('conversation', 'conversation_created', '1000000 500000 1'),
    ('conversation', 'conversation_waiting', '1000 500 1'),
    ('conversation', 'conversation_phone_number', '100000 50000 1000'),
    ('tool_name', 'tool_name', '1000 500 1');
analyze sqlite_schema;
