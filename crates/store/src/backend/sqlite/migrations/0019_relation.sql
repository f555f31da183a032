-- Which tokens of a wallet's address are still good: those of the epoch that stands here, or of the first where nothing
-- does. The address is a keyed hash, since the row outlives the member that held it.
create table wallet_epoch(
    ws integer not null references workspace(number),
    fingerprint blob not null,
    token_epoch integer not null,
    primary key (ws, fingerprint)
) strict, without rowid;

-- Which members a member follows.
create table follow(
    ws integer not null references workspace(number),
    follower integer not null references member(number),
    followee integer not null references member(number),
    followed_at integer not null,
    primary key (ws, follower, followee)
) strict, without rowid;
create index follow_followed_at on follow(ws, follower, followed_at, followee);
create index follow_followee on follow(ws, followee);

-- Members with a wallet are listed by when they were made.
create index member_wallet_holder on member(ws, id) where wallet is not null;

insert into sqlite_stat1(tbl, idx, stat) values
    ('wallet_epoch', 'wallet_epoch', '1000 500 1'),
    ('follow', 'follow', '1000000 500000 50 1'),
    ('follow', 'follow_followed_at', '1000000 500000 50 1 1'),
    ('follow', 'follow_followee', '1000000 500000 50'),
    ('member', 'member_wallet_holder', '10000 5000 1');
analyze sqlite_schema;
