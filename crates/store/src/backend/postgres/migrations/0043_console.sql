-- Links that sign a member in to the console once. A member is named by its id: a link of one who is gone opens nothing.
create table console_link(
    ws bigint not null references workspace(number),
    hash bytea not null,
    member uuid not null,
    token_epoch bigint not null,
    expires_at bigint not null,
    primary key (ws, hash)
);
create index console_link_expiry on console_link(ws, expires_at);

-- Sessions of the console. Each names, by its id, the key or the member whose rights it has, and ends with it.
create table console_session(
    ws bigint not null references workspace(number),
    id uuid not null,
    hash bytea not null,
    api_key uuid,
    member uuid,
    token_epoch bigint,
    created_at bigint not null,
    used_at bigint not null,
    expires_at bigint not null,
    primary key (ws, id)
);
create unique index console_session_hash on console_session(ws, hash);
create index console_session_expiry on console_session(ws, expires_at);
create index console_session_use on console_session(ws, used_at);
create index console_session_api_key on console_session(ws, api_key, id) where api_key is not null;
create index console_session_member on console_session(ws, member, id) where member is not null;

-- The owners of a workspace.
create index member_owner on member(ws, number) where role = 'owner';
