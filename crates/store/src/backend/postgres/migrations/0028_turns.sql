-- Turns of assistants: each answers what people have said in one conversation. A job of the kind `turn` leads to the
-- node that works on it. One turn at a time per conversation is under way; what is said meanwhile makes it `pending`.
create table turn(
    number bigint generated always as identity primary key,
    ws bigint not null,
    conversation bigint not null,
    message_id uuid not null,
    state text not null,
    pending boolean not null default false,
    cancel_requested boolean not null default false,
    answered_seq bigint not null default 0,
    attempts bigint not null default 0,
    text text not null default '',
    error text,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    created_at bigint not null,
    started_at bigint,
    ended_at bigint,
    foreign key (ws, conversation) references conversation(ws, number) on delete cascade
);
create unique index turn_under_way on turn(ws, conversation) where state in ('queued', 'running');
create index turn_conversation on turn(ws, conversation, number);

-- Requests and tokens of assistants by day, counted since 1970.
create table assistant_usage(
    ws bigint not null references workspace(number),
    day bigint not null,
    requests bigint not null default 0,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    primary key(ws, day)
);
