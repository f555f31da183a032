-- Fields that were accepted and not kept.

-- What each reader thinks of a message: one opinion per message and member. A credential that acts for nobody has one
-- as well, in a row without a member; so have opinions of the time when only the last one was kept. The message's own
-- two columns repeat the newest one.
create table message_rating(
    ws bigint not null references workspace(number),
    id uuid not null,
    conversation bigint not null,
    message bigint not null,
    member bigint,
    rating text not null,
    comment text,
    rated_at bigint not null,
    primary key (ws, id),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, member) references member(ws, number)
);
create unique index message_rating_message on message_rating(ws, conversation, message, coalesce(member, 0));
create index message_rating_member on message_rating(ws, member) where member is not null;
-- The opinion of a message was named by the message's id.
insert into message_rating (ws, id, conversation, message, rating, comment, rated_at)
    select ws, id, conversation, number, rating, rating_comment, updated_at from message where rating is not null;

-- Whom a thread is for, as its maker spelled it. It goes with the member.
create table thread_subject(
    ws bigint not null references workspace(number),
    conversation bigint not null,
    member bigint not null,
    user_id text,
    temporal_user_id text,
    primary key (ws, conversation),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, member) references member(ws, number)
);
create index thread_subject_member on thread_subject(ws, member);

create table member_label(
    ws bigint not null references workspace(number),
    member bigint not null,
    label bigint not null,
    primary key (ws, member, label),
    foreign key (ws, member) references member(ws, number),
    foreign key (ws, label) references label(ws, number)
);
create index member_label_label on member_label(ws, label, member);

-- Labels of members were words in their metadata.
create temporary table word on commit drop as
    select distinct m.ws, m.number as member, btrim(e.value #>> '{}') as name
    from member m cross join lateral json_array_elements(
        case when m.metadata like '%"labels"%' and m.metadata not like '%\\u0000%'
                and json_typeof(m.metadata::json -> 'labels') = 'array'
            then m.metadata::json -> 'labels' else '[]'::json end) e(value)
    where json_typeof(e.value) = 'string' and char_length(btrim(e.value #>> '{}')) between 1 and 100;
insert into label (ws, id, name, created_at)
    select n.ws, gen_random_uuid(), n.name, (select max(m.created_at) from member m where m.ws = n.ws)
    from (select distinct ws, name from word) n
    on conflict do nothing;
insert into member_label (ws, member, label)
    select w.ws, w.member, l.number from word w join label l on l.ws = w.ws and l.name = w.name;

-- What an assistant is told to do.
alter table member add column instructions text;

-- What stands under every mail of an inbox, and what it does with those that come. A JSON array.
alter table inbox add column footer text;
alter table inbox add column rules text not null default '[]';

alter table workflow add column description text;
alter table workflow add column opening_message text;

-- Versions have a number and an id of their own.
alter table workflow_version add column number bigint generated always as identity;
alter table workflow_version add column id uuid;
update workflow_version set id = gen_random_uuid();
alter table workflow_version alter column id set not null;
alter table workflow_version add column description text;
alter table workflow_version add column opening_message text;
create unique index workflow_version_id on workflow_version(ws, id);
create unique index workflow_version_number on workflow_version(ws, number);
