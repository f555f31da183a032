-- Calls of chats over voice. `carrier_id` is the id that the carrier has given the call: a failed one without it was never
-- accepted, as far as is known. Nothing here says who was called. A chat places one call at most.
create table voice_call(
    number bigint generated always as identity,
    ws bigint not null,
    id uuid not null,
    conversation bigint not null,
    direction text not null,
    status text not null,
    carrier_id text,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number),
    foreign key (ws, conversation) references conversation(ws, number) on delete cascade
);
create unique index voice_call_id on voice_call(ws, id);
create unique index voice_call_carrier_id on voice_call(ws, carrier_id) where carrier_id is not null;
create unique index voice_call_placed on voice_call(ws, conversation) where direction = 'outbound';
create index voice_call_conversation on voice_call(ws, conversation, number);
