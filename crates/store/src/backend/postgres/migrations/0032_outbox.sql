-- The outbox: what the server has to send, in the commit of what it is about. A queue has the deliveries to one target,
-- which are sent in order; a job of the kind `deliver` leads to the node that works on it. `event` is what the queue takes
-- at present. A delivery is sent under the same id until it ends; `is_new` until a worker of its queue knows of it.
create table outbox_queue(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    kind text not null,
    target bigint not null,
    event text,
    delay_seconds bigint not null default 0,
    state text not null,
    pause_reason text,
    paused_at bigint,
    failing_since bigint,
    created_at bigint not null,
    primary key (ws, number)
);
create unique index outbox_queue_target on outbox_queue(ws, kind, target);
create index outbox_queue_event on outbox_queue(ws, event) where event is not null;

create table delivery(
    number bigint generated always as identity,
    ws bigint not null,
    id uuid not null,
    queue bigint not null,
    event text not null,
    conversation bigint not null,
    seq bigint not null,
    message uuid,
    payload bytea,
    state text not null,
    attempts bigint not null default 0,
    due_at bigint not null,
    reason text,
    status bigint,
    response text,
    is_new boolean not null default true,
    created_at bigint not null,
    finished_at bigint,
    primary key (ws, number),
    foreign key (ws, queue) references outbox_queue(ws, number),
    foreign key (ws, conversation) references conversation(ws, number) on delete cascade
);
create unique index delivery_id on delivery(ws, id);
create index delivery_queue on delivery(ws, queue, number);
create index delivery_waiting on delivery(ws, queue, number) where state in ('queued', 'sending');
create index delivery_new on delivery(ws, queue, number) where is_new;
create index delivery_conversation on delivery(ws, conversation, seq);
create index delivery_ended on delivery(ws, finished_at) where finished_at is not null;

-- One job for each queue.
create unique index job_deliver on job(ws, subject) where kind = 'deliver';

-- What webhooks of a rule are signed with, encrypted.
alter table event_rule add column secrets bytea;
