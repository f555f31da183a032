-- Contacts and conversations are listed by when they were made, and those of one time by id, as spaces are: an import keeps
-- both as they were elsewhere.
create index member_created on member(ws, created_at, id);
create index conversation_scan on conversation(ws, created_at, id);
drop index conversation_space;
create index conversation_space on conversation(ws, space, created_at, id) where space is not null;
drop index conversation_subject;
create index conversation_subject on conversation(ws, subject, created_at, id) where subject is not null;

insert into sqlite_stat1(tbl, idx, stat) values
    ('member', 'member_created', '100000 50000 1 1'),
    ('conversation', 'conversation_scan', '1000000 500000 1 1'),
    ('conversation', 'conversation_space', '1000000 500000 20 1 1'),
    ('conversation', 'conversation_subject', '1000000 500000 20 1 1');
analyze sqlite_schema;
