-- A queue with new deliveries has a row in `outbox_signal` until a worker knows of them. Deliveries to a carrier name their
-- conversation by their queue alone. Rows of different conversations then share pages where they can: each index that
-- begins with a queue or a conversation costs a message one page of the log more.
create table outbox_signal(
    ws integer not null,
    queue integer not null,
    primary key (ws, queue)
) strict, without rowid;
insert into outbox_signal (ws, queue) select distinct ws, queue from delivery where is_new;

create table delivery_next(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    queue integer not null references outbox_queue(number),
    event text not null,
    conversation integer references conversation(number) on delete cascade,
    seq integer not null,
    message blob,
    payload blob,
    state text not null,
    attempts integer not null default 0,
    due_at integer not null,
    reason text,
    status integer,
    response text,
    created_at integer not null,
    finished_at integer
) strict;
insert into delivery_next (number, ws, id, queue, event, conversation, seq, message, payload, state, attempts, due_at, reason,
    status, response, created_at, finished_at)
    select d.number, d.ws, d.id, d.queue, d.event, case when q.kind = 'carrier' then null else d.conversation end, d.seq,
        d.message, d.payload, d.state, d.attempts, d.due_at, d.reason, d.status, d.response, d.created_at, d.finished_at
    from delivery d join outbox_queue q on q.number = d.queue order by d.number;
drop table delivery;
alter table delivery_next rename to delivery;

create unique index delivery_id on delivery(ws, id);
-- What waits of a queue has not finished.
create index delivery_queue on delivery(queue, finished_at);
create index delivery_page on delivery(queue, number) where conversation is not null;
create index delivery_waiting on delivery(ws, number) where state in ('queued', 'sending');
create index delivery_conversation on delivery(conversation, seq) where conversation is not null;
create index delivery_ended on delivery(ws, finished_at) where finished_at is not null;
create index delivery_unsent on delivery(ws, number) where state in ('failed', 'cancelled', 'unknown');
create index delivery_held on delivery(ws, queue) where state = 'queued' and reason in ('quiet_hours', 'rate_limited');

delete from sqlite_stat1 where tbl in ('delivery', 'delivery_next');
insert into sqlite_stat1(tbl, idx, stat) values
    ('outbox_signal', 'outbox_signal', '100 10 1'),
    ('delivery', 'delivery_id', '1000000 10000 1'),
    ('delivery', 'delivery_queue', '1000000 10000 10'),
    ('delivery', 'delivery_page', '1000000 10000 1'),
    ('delivery', 'delivery_waiting', '1000 100 1'),
    ('delivery', 'delivery_conversation', '1000000 10 1'),
    ('delivery', 'delivery_ended', '1000000 10000 1'),
    ('delivery', 'delivery_unsent', '10000 100 1'),
    ('delivery', 'delivery_held', '10000 100 1');
analyze sqlite_schema;
