-- What search looks things up in: for each row of its noun, numbers that stand for runs of letters and for the
-- workspace (see grams.rs); no text. It only proposes rows. A row that is removed takes its entry along. The list of
-- entries that wait to be sorted in is kept short, since every search reads it.

-- Numbers in a text, as the embedded database spells it.
create function json_each(list text) returns table(value bigint) language sql immutable parallel safe
    as 'select cast(e.value as bigint) from json_array_elements_text(cast(list as json)) e';

create table search_message(
    ws bigint not null,
    number bigint not null,
    grams int4[] not null,
    primary key (ws, number),
    foreign key (ws, number) references message(ws, number) on delete cascade
);
create index search_message_grams on search_message using gin (grams) with (gin_pending_list_limit = 256);

create table search_conversation(
    ws bigint not null,
    number bigint not null,
    grams int4[] not null,
    primary key (ws, number),
    foreign key (ws, number) references conversation(ws, number) on delete cascade
);
create index search_conversation_grams on search_conversation using gin (grams) with (gin_pending_list_limit = 256);

create table search_member(
    ws bigint not null,
    number bigint not null,
    grams int4[] not null,
    primary key (ws, number),
    foreign key (ws, number) references member(ws, number) on delete cascade
);
create index search_member_grams on search_member using gin (grams) with (gin_pending_list_limit = 256);

-- Rows up to this number are in the index; a background task adds the others.
create table search_position(
    noun text primary key,
    indexed bigint not null
);
insert into search_position values ('message', 0), ('conversation', 0), ('member', 0);
