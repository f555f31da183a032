-- Received messages for numbers and inboxes that their workspace does not have. The newest ones are kept.
create table unmatched_message(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    medium text not null,
    external_id text not null,
    sender text not null,
    recipient text not null,
    content text not null,
    received_at bigint not null,
    primary key (ws, number)
);
create unique index unmatched_message_external on unmatched_message(ws, medium, external_id);
