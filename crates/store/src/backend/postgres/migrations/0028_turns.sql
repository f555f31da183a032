-- Turns of assistants: each answers what people have said in one conversation. A job of the kind `turn` leads to the
-- node that works on it. One turn at a time per conversation is under way; what is said meanwhile makes it `pending`.
-- Without an `assistant` the conversation's own answers. `pending_for` has the numbers of the other assistants that are to
-- answer afterwards, each between commas. The kind `opening` says the opening message of the workflow.
create table turn(
    number bigint generated always as identity primary key,
    ws bigint not null,
    conversation bigint not null,
    message_id uuid not null,
    kind text not null default 'answer',
    assistant bigint,
    state text not null,
    pending boolean not null default false,
    pending_for text not null default '',
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
    foreign key (ws, conversation) references conversation(ws, number) on delete cascade,
    foreign key (ws, assistant) references member(ws, number)
);
create unique index turn_under_way on turn(ws, conversation) where state in ('queued', 'running');
create index turn_conversation on turn(ws, conversation, number);
create index turn_assistant on turn(ws, assistant) where assistant is not null;

-- Requests and tokens of assistants by day, counted since 1970.
create table assistant_usage(
    ws bigint not null references workspace(number),
    day bigint not null,
    requests bigint not null default 0,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    primary key(ws, day)
);
