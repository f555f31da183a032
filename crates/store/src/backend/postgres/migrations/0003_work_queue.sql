-- What is counted over conversations, and what waits for a person.
create index conversation_created on conversation(ws, created_at);
create index conversation_waiting on conversation(ws, number) where needs_response = true;

-- Which open conversations run over a phone number.
create index conversation_phone_number on conversation(ws, phone_number) where phone_number is not null;

-- The names of the tools that assistants called.
create table tool_name(
    ws bigint not null references workspace(number),
    name text not null,
    primary key (ws, name)
);
