-- Which tokens of a wallet's address are still good: those of the epoch that stands here, or of the first where nothing
-- does. The address is a keyed hash, since the row outlives the member that held it.
create table wallet_epoch(
    ws bigint not null references workspace(number),
    fingerprint bytea not null,
    token_epoch bigint not null,
    primary key (ws, fingerprint)
);

-- Which members a member follows.
create table follow(
    ws bigint not null references workspace(number),
    follower bigint not null,
    followee bigint not null,
    followed_at bigint not null,
    primary key (ws, follower, followee),
    foreign key (ws, follower) references member(ws, number),
    foreign key (ws, followee) references member(ws, number)
);
create index follow_followed_at on follow(ws, follower, followed_at, followee);
create index follow_followee on follow(ws, followee);

-- Members with a wallet are listed by when they were made.
create index member_wallet_holder on member(ws, id) where wallet is not null;
