-- Work that one node at a time does: whoever claims a job holds it until its lease ends, and every claim raises its
-- fence.
create table job(
    number integer primary key autoincrement,
    kind text not null,
    ws integer references workspace(number),
    subject integer not null default 0,
    due_at integer not null,
    lease_until integer not null default 0,
    fence integer not null default 0,
    attempts integer not null default 0
) strict;
create index job_due on job(kind, due_at, number);
create index job_ws on job(ws) where ws is not null;

-- The search index is filled by jobs that never end.
insert into job(kind, due_at) values ('index_messages', 0), ('index_conversations', 0), ('index_members', 0);
