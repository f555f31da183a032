-- Threads that only sessions with a certain role may see.

create table thread_role(
    ws bigint not null references workspace(number),
    conversation bigint not null,
    role bigint not null,
    primary key (ws, conversation),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, role) references role(ws, number)
);
create index thread_role_role on thread_role(ws, role);

-- Threads are listed by what happened last.
create index conversation_thread on conversation(ws, updated_at, number) where kind = 'thread';
