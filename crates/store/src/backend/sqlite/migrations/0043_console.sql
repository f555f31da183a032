-- Links that sign a member in to the console once. A member is named by its id: a link of one who is gone opens nothing.
create table console_link(
    ws integer not null references workspace(number),
    hash blob not null,
    member blob not null,
    token_epoch integer not null,
    expires_at integer not null,
    primary key (ws, hash)
) strict, without rowid;
create index console_link_expiry on console_link(ws, expires_at);

-- Sessions of the console. Each names, by its id, the key or the member whose rights it has, and ends with it.
create table console_session(
    ws integer not null references workspace(number),
    id blob not null,
    hash blob not null,
    api_key blob,
    member blob,
    token_epoch integer,
    created_at integer not null,
    used_at integer not null,
    expires_at integer not null,
    primary key (ws, id)
) strict, without rowid;
create unique index console_session_hash on console_session(ws, hash);
create index console_session_expiry on console_session(ws, expires_at);
create index console_session_use on console_session(ws, used_at);
create index console_session_api_key on console_session(ws, api_key, id) where api_key is not null;
create index console_session_member on console_session(ws, member, id) where member is not null;

-- The owners of a workspace.
create index member_owner on member(ws, number) where role = 'owner';

insert into sqlite_stat1(tbl, idx, stat) values
    ('member', 'member_owner', '100 2 1'),
    ('console_link', 'console_link', '100 5 1'),
    ('console_link', 'console_link_expiry', '100 5 1'),
    ('console_session', 'console_session', '1000 10 1'),
    ('console_session', 'console_session_expiry', '1000 10 1'),
    ('console_session', 'console_session_use', '1000 10 1'),
    ('console_session', 'console_session_api_key', '1000 10 2 1'),
    ('console_session', 'console_session_member', '1000 10 2 1'),
    ('console_session', 'console_session_hash', '1000 10 1');
analyze sqlite_schema;
