-- Tokens of a member carry the epoch in which they were issued, and open nothing in a later one.
alter table member add column token_epoch bigint not null default 0;

-- Signatures of wallets that have signed somebody in: each does so once, in one workspace of the server.
create table wallet_signature(
    fingerprint bytea not null primary key,
    created_at bigint not null
);
create index wallet_signature_age on wallet_signature(created_at);
