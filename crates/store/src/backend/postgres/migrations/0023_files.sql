-- Files of spaces and conversations, and votes on conversations.

-- Bytes that files refer to: one row for all files of a workspace with the same bytes. `claims` counts how often a file was
-- made to refer to it, so that it is removed only if no file came in between.
create table file_content(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    hash bytea not null,
    size bigint not null,
    location uuid not null,
    claims bigint not null,
    created_at bigint not null,
    primary key (ws, number)
);
create unique index file_content_hash on file_content(ws, hash);
create unique index file_content_location on file_content(ws, location);

-- The bytes in pieces, where they are kept in the database. What is stored is often compressed already.
create table file_chunk(
    ws bigint not null references workspace(number),
    location uuid not null,
    place bigint not null,
    bytes bytea not null,
    stored_at bigint not null,
    primary key (ws, location, place)
);
alter table file_chunk alter column bytes set storage external;
create index file_chunk_begun on file_chunk(ws, stored_at) where place = 0;

-- A file of a space has a path that no other of its space has; one of a conversation has a name. Paths are in the order of
-- their bytes, as on the other database.
create table file(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    space bigint,
    conversation bigint,
    path text collate "C" not null,
    media_type text,
    content bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number),
    foreign key (ws, space) references space(ws, number),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, content) references file_content(ws, number)
);
create unique index file_id on file(ws, id);
create unique index file_space_path on file(ws, space, path) where space is not null;
create index file_conversation on file(ws, conversation, id) where conversation is not null;
create index file_of_content on file(ws, content);

-- What readers think of conversations: one vote for each member, and one of those that act for nobody.
create table conversation_vote(
    ws bigint not null references workspace(number),
    id uuid not null,
    conversation bigint not null,
    member bigint,
    value bigint not null,
    reason text,
    voted_at bigint not null,
    primary key (ws, id),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, member) references member(ws, number)
);
create unique index conversation_vote_member on conversation_vote(ws, conversation, coalesce(member, 0));
create index conversation_vote_of_member on conversation_vote(ws, member) where member is not null;
