-- What conversations need beyond being made: what is said with structure, who is mentioned, what a member sees of it.

-- What a message holds beyond its text: see Details. No object where it is plain.
alter table message add column details text;
alter table message add column rating text;
alter table message add column rating_comment text;

-- Only what people and assistants said counts as a conversation's newest message.
alter table conversation add column last_message_seq integer;
alter table conversation add column description text;
alter table conversation add column responder text not null default '{}';
update conversation set last_message_seq = (select max(t.seq) from message t
    where t.ws = conversation.ws and t.conversation = conversation.number and t.deleted_at is null
      and t.role in ('user', 'assistant'));
update conversation set last_message_at = (select t.created_at from message t
    where t.ws = conversation.ws and t.conversation = conversation.number and t.seq = conversation.last_message_seq);

-- Hidden until something is said after this position.
alter table participant add column hidden_seq integer;
update participant set hidden_seq = (select c.last_seq from conversation c
    where c.ws = participant.ws and c.number = participant.conversation) where hidden = 1;
alter table participant drop column hidden;

-- Who is mentioned by which message.
create table mention(
    ws integer not null references workspace(number),
    member integer not null references member(number),
    conversation integer not null references conversation(number),
    seq integer not null,
    primary key (ws, member, conversation, seq)
) strict, without rowid;
create index mention_message on mention(ws, conversation, seq);

-- What an assistant has begun to say and not finished; it takes its place in the log when it is final.
create table draft(
    ws integer not null references workspace(number),
    id blob not null,
    conversation integer not null references conversation(number),
    author integer references member(number),
    role text not null,
    details text not null default '{}',
    metadata text not null default '{}',
    created_at integer not null,
    updated_at integer not null,
    primary key (ws, id)
) strict, without rowid;
create index draft_conversation on draft(ws, conversation, created_at);

-- A customer's own roles, which tokens may carry.
create table role(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    name text not null,
    description text,
    customer_id text,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index role_id on role(ws, id);
create unique index role_customer on role(ws, customer_id) where customer_id is not null;

create table label(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    name text not null,
    color text,
    created_at integer not null
) strict;
create unique index label_id on label(ws, id);
create unique index label_name on label(ws, name);

create table conversation_label(
    ws integer not null references workspace(number),
    conversation integer not null references conversation(number),
    label integer not null references label(number),
    primary key (ws, conversation, label)
) strict, without rowid;
create index conversation_label_label on conversation_label(ws, label, conversation);

-- A member's named question to the list of conversations.
create table saved_filter(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    owner integer not null references member(number),
    name text not null,
    rules text not null,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index saved_filter_id on saved_filter(ws, id);
create unique index saved_filter_name on saved_filter(ws, owner, name);

create table site(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    slug text not null,
    name text not null,
    workflow integer references workflow(number),
    locale text,
    archived_at integer,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index site_id on site(ws, id);
create unique index site_slug on site(ws, slug);

insert into sqlite_stat1(tbl, idx, stat) values
    ('mention', 'mention', '1000000 500000 20 2 1'),
    ('mention', 'mention_message', '1000000 500000 2 1'),
    ('draft', 'draft', '1000 500 1'),
    ('draft', 'draft_conversation', '1000 500 1 1'),
    ('conversation_label', 'conversation_label', '1000000 500000 2 1'),
    ('conversation_label', 'conversation_label_label', '1000000 500000 100 1');
analyze sqlite_schema;
