-- Threads that only sessions with a certain role may see.

create table thread_role(
    ws integer not null references workspace(number),
    conversation integer not null references conversation(number),
    role integer not null references role(number),
    primary key (ws, conversation)
) strict, without rowid;
create index thread_role_role on thread_role(ws, role);

-- Threads are listed by what happened last.
create index conversation_thread on conversation(ws, updated_at, number) where kind = 'thread';

insert into sqlite_stat1(tbl, idx, stat) values
    ('thread_role', 'thread_role', '1000000 500000 1'),
    ('thread_role', 'thread_role_role', '1000000 500000 1000'),
    ('role', 'role_id', '1000 500 1'),
    ('role', 'role_customer', '1000 500 1'),
    ('conversation', 'conversation_thread', '1000000 500000 1 1');
analyze sqlite_schema;
