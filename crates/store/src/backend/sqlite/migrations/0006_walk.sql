-- Conversations of a space and of a subject are walked in the order of their ids.
drop index conversation_space;
create index conversation_space on conversation(ws, space, id) where space is not null;
create index conversation_subject on conversation(ws, subject, id) where subject is not null;

insert into sqlite_stat1(tbl, idx, stat) values
    ('conversation', 'conversation_space', '1000000 500000 20 1'),
    ('conversation', 'conversation_subject', '1000000 500000 20 1');
analyze sqlite_schema;
