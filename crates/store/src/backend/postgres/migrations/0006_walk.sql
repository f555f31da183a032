-- Conversations of a space and of a subject are walked in the order of their ids.
drop index conversation_space;
create index conversation_space on conversation(ws, space, id) where space is not null;
create index conversation_subject on conversation(ws, subject, id) where subject is not null;
