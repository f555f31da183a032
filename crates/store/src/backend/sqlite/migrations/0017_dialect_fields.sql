-- Fields that were accepted and not kept.

-- What each reader thinks of a message: one opinion per message and member. A credential that acts for nobody has one
-- as well, in a row without a member; so have opinions of the time when only the last one was kept. The message's own
-- two columns repeat the newest one.
create table message_rating(
    ws integer not null references workspace(number),
    id blob not null,
    conversation integer not null references conversation(number),
    message integer not null,
    member integer references member(number),
    rating text not null,
    comment text,
    rated_at integer not null,
    primary key (ws, id)
) strict, without rowid;
create unique index message_rating_message on message_rating(ws, conversation, message, coalesce(member, 0));
create index message_rating_member on message_rating(ws, member) where member is not null;
-- The opinion of a message was named by the message's id.
insert into message_rating (ws, id, conversation, message, rating, comment, rated_at)
    select ws, id, conversation, number, rating, rating_comment, updated_at from message where rating is not null;

-- Whom a thread is for, as its maker spelled it. It goes with the member.
create table thread_subject(
    ws integer not null references workspace(number),
    conversation integer not null references conversation(number),
    member integer not null references member(number),
    user_id text,
    temporal_user_id text,
    primary key (ws, conversation)
) strict, without rowid;
create index thread_subject_member on thread_subject(ws, member);

create table member_label(
    ws integer not null references workspace(number),
    member integer not null references member(number),
    label integer not null references label(number),
    primary key (ws, member, label)
) strict, without rowid;
create index member_label_label on member_label(ws, label, member);

-- Labels of members were words in their metadata.
with word as materialized (
    select distinct m.ws as ws, m.number as member, trim(e.value) as name
    from member m, json_each(m.metadata, '$.labels') e
    where json_type(m.metadata, '$.labels') = 'array' and e.type = 'text'
      and length(trim(e.value)) between 1 and 100),
named as materialized (select ws, name, hex(randomblob(16)) as hex from word group by ws, name)
insert into label (ws, id, name, created_at)
    select n.ws, unhex(substr(n.hex, 1, 12) || '4' || substr(n.hex, 14, 3) || '8' || substr(n.hex, 18)), n.name,
        (select max(m.created_at) from member m where m.ws = n.ws)
    from named n where true on conflict do nothing;
insert into member_label (ws, member, label)
    select distinct m.ws, m.number, l.number from member m, json_each(m.metadata, '$.labels') e
        join label l on l.ws = m.ws and l.name = trim(e.value)
    where json_type(m.metadata, '$.labels') = 'array' and e.type = 'text';

-- What an assistant is told to do.
alter table member add column instructions text;

-- What stands under every mail of an inbox, and what it does with those that come. A JSON array.
alter table inbox add column footer text;
alter table inbox add column rules text not null default '[]';

alter table workflow add column description text;
alter table workflow add column opening_message text;

-- Versions have a number and an id of their own.
create table new_version(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    workflow integer not null references workflow(number),
    version integer not null,
    slug text not null,
    name text not null,
    description text,
    agent integer,
    default_phone_number integer,
    default_inbox integer,
    tasks text not null,
    opening_message text,
    note text,
    author integer references member(number),
    created_at integer not null
) strict;
with old as materialized (select v.*, hex(randomblob(16)) as hex from workflow_version v)
insert into new_version (ws, id, workflow, version, slug, name, agent, default_phone_number, default_inbox, tasks, note, author,
        created_at)
    select ws, unhex(substr(hex, 1, 12) || '4' || substr(hex, 14, 3) || '8' || substr(hex, 18)), workflow, version, slug, name,
        agent, default_phone_number, default_inbox, tasks, note, author, created_at
    from old order by created_at, ws, workflow, version;
drop table workflow_version;
alter table new_version rename to workflow_version;
create unique index workflow_version_id on workflow_version(ws, id);
create unique index workflow_version_version on workflow_version(ws, workflow, version);

insert into sqlite_stat1(tbl, idx, stat) values
    ('message_rating', 'message_rating', '1000000 500000 1'),
    ('message_rating', 'message_rating_message', '1000000 500000 20 1 1'),
    ('message_rating', 'message_rating_member', '1000000 500000 20'),
    ('thread_subject', 'thread_subject', '1000000 500000 1'),
    ('thread_subject', 'thread_subject_member', '1000000 500000 3'),
    ('member_label', 'member_label', '1000000 500000 2 1'),
    ('member_label', 'member_label_label', '1000000 500000 100 1');
analyze sqlite_schema;
