-- Addresses that do not exist, as a mail server or a carrier has said. Nothing is sent there until somebody clears them, or
-- something comes from them.
create table undeliverable_address(
    ws bigint not null references workspace(number),
    medium text not null,
    address text not null,
    code text,
    marked_at bigint not null,
    primary key (ws, medium, address)
);
