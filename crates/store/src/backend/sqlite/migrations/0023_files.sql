-- Files of spaces and conversations, and votes on conversations.

-- Bytes that files refer to: one row for all files of a workspace with the same bytes. `claims` counts how often a file was
-- made to refer to it, so that it is removed only if no file came in between.
create table file_content(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    hash blob not null,
    size integer not null,
    location blob not null,
    claims integer not null,
    created_at integer not null
) strict;
create unique index file_content_hash on file_content(ws, hash);
create unique index file_content_location on file_content(ws, location);

-- The bytes in pieces, where they are kept in the database.
create table file_chunk(
    ws integer not null references workspace(number),
    location blob not null,
    place integer not null,
    bytes blob not null,
    stored_at integer not null,
    primary key (ws, location, place)
) strict;
create index file_chunk_begun on file_chunk(ws, stored_at) where place = 0;

-- A file of a space has a path that no other of its space has; one of a conversation has a name.
create table file(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    space integer references space(number),
    conversation integer references conversation(number),
    path text not null,
    media_type text,
    content integer not null references file_content(number),
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index file_id on file(ws, id);
create unique index file_space_path on file(ws, space, path) where space is not null;
create index file_conversation on file(ws, conversation, id) where conversation is not null;
create index file_of_content on file(ws, content);

-- What readers think of conversations: one vote for each member, and one of those that act for nobody.
create table conversation_vote(
    ws integer not null references workspace(number),
    id blob not null,
    conversation integer not null references conversation(number),
    member integer references member(number),
    value integer not null,
    reason text,
    voted_at integer not null,
    primary key (ws, id)
) strict, without rowid;
create unique index conversation_vote_member on conversation_vote(ws, conversation, coalesce(member, 0));
create index conversation_vote_of_member on conversation_vote(ws, member) where member is not null;

insert into sqlite_stat1(tbl, idx, stat) values
    ('file_content', 'file_content_hash', '100000 50000 1'),
    ('file_content', 'file_content_location', '100000 50000 1'),
    ('file_chunk', 'file_chunk_begun', '100000 50000 1'),
    ('conversation_vote', 'conversation_vote', '10000 5000 1'),
    ('conversation_vote', 'conversation_vote_member', '10000 5000 2 1'),
    ('conversation_vote', 'conversation_vote_of_member', '10000 5000 10'),
    ('file', 'file_id', '1000000 500000 1'),
    ('file', 'file_space_path', '1000000 500000 1000 1'),
    ('file', 'file_conversation', '100000 50000 10 1'),
    ('file', 'file_of_content', '1000000 500000 2');
analyze sqlite_schema;
