-- Files of messages that are still at a carrier. Each has a job that fetches it.
create table remote_file(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    conversation bigint not null,
    message uuid not null,
    url text not null,
    media_type text,
    created_at bigint not null,
    primary key (ws, number),
    foreign key (ws, conversation) references conversation(ws, number)
);
create index remote_file_message on remote_file(ws, message);
create index remote_file_conversation on remote_file(ws, conversation);
