-- Turns of assistants: each answers what people have said in one conversation. A job of the kind `turn` leads to the
-- node that works on it. One turn at a time per conversation is under way; what is said meanwhile makes it `pending`.
create table turn(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    conversation integer not null references conversation(number) on delete cascade,
    message_id blob not null,
    state text not null,
    pending integer not null default 0,
    cancel_requested integer not null default 0,
    answered_seq integer not null default 0,
    attempts integer not null default 0,
    text text not null default '',
    error text,
    input_tokens integer not null default 0,
    output_tokens integer not null default 0,
    created_at integer not null,
    started_at integer,
    ended_at integer
) strict;
create unique index turn_under_way on turn(ws, conversation) where state in ('queued', 'running');
create index turn_conversation on turn(ws, conversation, number);

-- Requests and tokens of assistants by day, counted since 1970.
create table assistant_usage(
    ws integer not null references workspace(number),
    day integer not null,
    requests integer not null default 0,
    input_tokens integer not null default 0,
    output_tokens integer not null default 0,
    primary key(ws, day)
) strict;
