-- Tokens of a member carry the epoch in which they were issued, and open nothing in a later one.
alter table member add column token_epoch integer not null default 0;

-- Signatures of wallets that have signed somebody in: each does so once, in one workspace of the server.
create table wallet_signature(
    fingerprint blob not null primary key,
    created_at integer not null
) strict, without rowid;
create index wallet_signature_age on wallet_signature(created_at);

insert into sqlite_stat1(tbl, idx, stat) values
    ('wallet_signature', 'wallet_signature', '1000 1'),
    ('wallet_signature', 'wallet_signature_age', '1000 1');
analyze sqlite_schema;
