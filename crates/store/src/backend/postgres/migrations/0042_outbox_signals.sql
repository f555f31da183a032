-- A queue with new deliveries has rows in `outbox_signal` until a worker knows of them. Deliveries to a carrier name their
-- conversation by their queue alone.
create table outbox_signal(
    number bigint generated always as identity,
    ws bigint not null,
    queue bigint not null,
    primary key (ws, number)
);
insert into outbox_signal (ws, queue) select distinct ws, queue from delivery where is_new;

alter table delivery alter column conversation drop not null;
update delivery d set conversation = null from outbox_queue q
    where q.ws = d.ws and q.number = d.queue and q.kind = 'carrier';
drop index delivery_new;
alter table delivery drop column is_new;
drop index delivery_conversation;
create index delivery_conversation on delivery(ws, conversation, seq) where conversation is not null;
drop index delivery_waiting;
create index delivery_next on delivery(ws, queue, number) where state in ('queued', 'sending');
create index delivery_waiting on delivery(ws, number) where state in ('queued', 'sending');
