-- The outbox: what the server has to send, in the commit of what it is about. A queue has the deliveries to one target,
-- which are sent in order; a job of the kind `deliver` leads to the node that works on it. `event` is what the queue takes
-- at present. A delivery is sent under the same id until it ends; `is_new` until a worker of its queue knows of it.
create table outbox_queue(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    kind text not null,
    target integer not null,
    event text,
    delay_seconds integer not null default 0,
    state text not null,
    pause_reason text,
    paused_at integer,
    failing_since integer,
    created_at integer not null
) strict;
create unique index outbox_queue_target on outbox_queue(ws, kind, target);
create index outbox_queue_event on outbox_queue(ws, event) where event is not null;

create table delivery(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    queue integer not null references outbox_queue(number),
    event text not null,
    conversation integer not null references conversation(number) on delete cascade,
    seq integer not null,
    message blob,
    payload blob,
    state text not null,
    attempts integer not null default 0,
    due_at integer not null,
    reason text,
    status integer,
    response text,
    is_new integer not null default 1,
    created_at integer not null,
    finished_at integer
) strict;
create unique index delivery_id on delivery(ws, id);
create index delivery_queue on delivery(queue, number);
create index delivery_waiting on delivery(ws, queue, number) where state in ('queued', 'sending');
create index delivery_new on delivery(ws, queue, number) where is_new;
create index delivery_conversation on delivery(conversation, seq);
create index delivery_ended on delivery(ws, finished_at) where finished_at is not null;

-- One job for each queue.
create unique index job_deliver on job(ws, subject) where kind = 'deliver';

-- What webhooks of a rule are signed with, encrypted.
alter table event_rule add column secrets blob;

insert into sqlite_stat1(tbl, idx, stat) values
    ('outbox_queue', 'outbox_queue_target', '1000 10 10 1'),
    ('outbox_queue', 'outbox_queue_event', '1000 10 3'),
    ('delivery', 'delivery_id', '1000000 10000 1'),
    ('delivery', 'delivery_queue', '1000000 10000 1'),
    ('delivery', 'delivery_waiting', '1000 100 10 1'),
    ('delivery', 'delivery_new', '100 10 5 1'),
    ('delivery', 'delivery_conversation', '1000000 10 1'),
    ('delivery', 'delivery_ended', '1000000 10000 1');
analyze sqlite_schema;
