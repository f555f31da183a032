-- Addresses that do not exist, as a mail server or a carrier has said. Nothing is sent there until somebody clears them, or
-- something comes from them.
create table undeliverable_address(
    ws integer not null references workspace(number),
    medium text not null,
    address text not null,
    code text,
    marked_at integer not null,
    primary key (ws, medium, address)
) strict, without rowid;

insert into sqlite_stat1(tbl, idx, stat) values
    ('undeliverable_address', 'undeliverable_address', '1000 500 250 1');
analyze sqlite_schema;
