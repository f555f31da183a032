-- Turns of assistants: each answers what people have said in one conversation. A job of the kind `turn` leads to the
-- node that works on it. One turn at a time per conversation is under way; what is said meanwhile makes it `pending`.
-- Without an `assistant` the conversation's own answers. `pending_for` has the numbers of the other assistants that are to
-- answer afterwards, each between commas. The kind `opening` says the opening message of the workflow.
create table turn(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    conversation integer not null references conversation(number) on delete cascade,
    message_id blob not null,
    kind text not null default 'answer',
    assistant integer references member(number),
    state text not null,
    pending integer not null default 0,
    pending_for text not null default '',
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
create index turn_assistant on turn(ws, assistant) where assistant is not null;

-- Requests and tokens of assistants by day, counted since 1970.
create table assistant_usage(
    ws integer not null references workspace(number),
    day integer not null,
    requests integer not null default 0,
    input_tokens integer not null default 0,
    output_tokens integer not null default 0,
    primary key(ws, day)
) strict;
