-- What conversations need beyond being made: what is said with structure, who is mentioned, what a member sees of it.

-- What a message holds beyond its text: see Details. No object where it is plain.
alter table message add column details text;
alter table message add column rating text;
alter table message add column rating_comment text;

-- Only what people and assistants said counts as a conversation's newest message.
alter table conversation add column last_message_seq bigint;
alter table conversation add column description text;
alter table conversation add column responder text not null default '{}';
update conversation set last_message_seq = (select max(t.seq) from message t
    where t.ws = conversation.ws and t.conversation = conversation.number and t.deleted_at is null
      and t.role in ('user', 'assistant'));
update conversation set last_message_at = (select t.created_at from message t
    where t.ws = conversation.ws and t.conversation = conversation.number and t.seq = conversation.last_message_seq);

-- Hidden until something is said after this position.
alter table participant add column hidden_seq bigint;
update participant set hidden_seq = (select c.last_seq from conversation c
    where c.ws = participant.ws and c.number = participant.conversation) where hidden;
alter table participant drop column hidden;

-- Who is mentioned by which message.
create table mention(
    ws bigint not null references workspace(number),
    member bigint not null,
    conversation bigint not null,
    seq bigint not null,
    primary key (ws, member, conversation, seq),
    foreign key (ws, member) references member(ws, number),
    foreign key (ws, conversation) references conversation(ws, number)
);
create index mention_message on mention(ws, conversation, seq);

-- What an assistant has begun to say and not finished; it takes its place in the log when it is final.
create table draft(
    ws bigint not null references workspace(number),
    id uuid not null,
    conversation bigint not null,
    author bigint,
    role text not null,
    details text not null default '{}',
    metadata text not null default '{}',
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, id),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, author) references member(ws, number)
);
create index draft_conversation on draft(ws, conversation, created_at);

-- A customer's own roles, which tokens may carry.
create table role(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    name text not null,
    description text,
    customer_id text,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number)
);
create unique index role_id on role(ws, id);
create unique index role_customer on role(ws, customer_id) where customer_id is not null;

create table label(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    name text not null,
    color text,
    created_at bigint not null,
    primary key (ws, number)
);
create unique index label_id on label(ws, id);
create unique index label_name on label(ws, name);

create table conversation_label(
    ws bigint not null references workspace(number),
    conversation bigint not null,
    label bigint not null,
    primary key (ws, conversation, label),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, label) references label(ws, number)
);
create index conversation_label_label on conversation_label(ws, label, conversation);

-- A member's named question to the list of conversations.
create table saved_filter(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    owner bigint not null,
    name text not null,
    rules text not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number),
    foreign key (ws, owner) references member(ws, number)
);
create unique index saved_filter_id on saved_filter(ws, id);
create unique index saved_filter_name on saved_filter(ws, owner, name);

create table site(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    slug text not null,
    name text not null,
    workflow bigint,
    locale text,
    archived_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number),
    foreign key (ws, workflow) references workflow(ws, number)
);
create unique index site_id on site(ws, id);
create unique index site_slug on site(ws, slug);
