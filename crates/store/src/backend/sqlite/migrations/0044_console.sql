-- Links that sign a member in to the console once. A member is named by its id: a link of one who is gone opens nothing.
create table console_link(
    ws integer not null references workspace(number),
    hash blob not null,
    member blob not null,
    token_epoch integer not null,
    expires_at integer not null,
    primary key (ws, hash)
) strict, without rowid;

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

insert into sqlite_stat1(tbl, idx, stat) values
    ('console_link', 'console_link', '100 5 1'),
    ('console_session', 'console_session', '1000 10 1'),
    ('console_session', 'console_session_hash', '1000 10 1');
analyze sqlite_schema;
