-- Work that one node at a time does: whoever claims a job holds it until its lease ends, and every claim raises its
-- fence. Times are those of the database's clock.
create table job(
    number bigint generated always as identity primary key,
    kind text not null,
    ws bigint references workspace(number),
    subject bigint not null default 0,
    due_at bigint not null,
    lease_until bigint not null default 0,
    fence bigint not null default 0,
    attempts bigint not null default 0
);
create index job_due on job(kind, due_at, number);
create index job_ws on job(ws) where ws is not null;

-- The search index is filled by jobs that never end.
insert into job(kind, due_at) values ('index_messages', 0), ('index_conversations', 0), ('index_members', 0);
