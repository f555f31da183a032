-- Everything but organizations and workspaces belongs to one workspace (ws). `number` is the small integer used
-- between tables and by vendors that count; it is never used twice. `id` is the 128-bit identity shown outside.
-- Times are microseconds since the Unix epoch. JSON is text.

-- Lower case by Unicode whatever the locale of the database, with one form of sigma, as the embedded database does it.
do $$
begin
    create function fold(text) returns text language sql immutable strict parallel safe
        as 'select replace(lower($1 collate "und-x-icu"), U&''\03C2'', U&''\03C3'')';
exception when undefined_object then
    -- A server built without ICU: its own locale has to do.
    create function fold(text) returns text language sql immutable strict parallel safe
        as 'select replace(lower($1), U&''\03C2'', U&''\03C3'')';
end $$;

-- One row for the whole database: what tells whether a master key is the one it was begun with.
create table instance(
    number bigint primary key check (number = 1),
    fingerprint bytea not null,
    created_at bigint not null
);

create table organization(
    number bigint generated always as identity primary key,
    id uuid not null unique,
    name text not null,
    created_at bigint not null
);

create table workspace(
    number bigint generated always as identity primary key,
    id uuid not null unique,
    organization bigint not null references organization(number),
    name text not null,
    policy text not null default '{}',
    created_at bigint not null
);

-- Keys that sign tokens, sealed with the master key that is not in the database.
create table signing_key(
    ws bigint not null references workspace(number),
    purpose text not null,
    id uuid not null,
    sealed bytea not null,
    created_at bigint not null,
    primary key (ws, purpose, id)
);

create table member(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    kind text not null,
    handle text not null,
    external_id text,
    fingerprint text,
    wallet text,
    role text,
    scopes text not null default '',
    name text,
    description text,
    email text,
    phone text,
    nick text,
    photo text,
    preferences text,
    metadata text not null default '{}',
    sms_opted_out boolean not null default false,
    email_opted_out boolean not null default false,
    verified_at bigint,
    archived_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number)
);
create unique index member_id on member(ws, id);
create unique index member_handle on member(ws, handle);
create unique index member_external on member(ws, external_id) where external_id is not null;
create unique index member_fingerprint on member(ws, fingerprint) where fingerprint is not null;
create unique index member_wallet on member(ws, wallet) where wallet is not null;
create index member_email on member(ws, email) where email is not null;
create index member_phone on member(ws, phone) where phone is not null;

create table api_key(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    hash bytea not null unique,
    hint text not null,
    name text,
    member bigint,
    scopes text not null,
    created_at bigint not null,
    expires_at bigint,
    last_used_at bigint,
    revoked_at bigint,
    primary key (ws, number),
    foreign key (ws, member) references member(ws, number)
);
create unique index api_key_id on api_key(ws, id);

create table space(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    name text,
    description text,
    contact bigint,
    owner bigint,
    alias text,
    blueprint text,
    default_conversation bigint,
    metadata text not null default '{}',
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number),
    foreign key (ws, contact) references member(ws, number),
    foreign key (ws, owner) references member(ws, number)
);
create unique index space_id on space(ws, id);
create unique index space_owner on space(ws, owner) where owner is not null;
create unique index space_alias on space(ws, alias) where alias is not null;
create index space_contact on space(ws, contact, id) where contact is not null;

create table conversation(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    kind text not null,
    state text not null,
    space bigint,
    -- Sorted by code point.
    title text collate "C",
    title_is_automatic boolean not null default false,
    owner bigint,
    subject bigint,
    medium text not null default 'web',
    category text,
    is_test boolean not null default false,
    site bigint,
    workflow bigint,
    workflow_version bigint,
    assignment bigint,
    phone_number bigint,
    inbox bigint,
    assistant_enabled boolean not null default true,
    assistant bigint,
    chat_model text,
    realtime_model text,
    paused boolean not null default false,
    needs_response boolean not null default false,
    icon text not null default '',
    announcement text not null default '',
    announcement_pinned boolean not null default false,
    open_access boolean not null default true,
    metadata text not null default '{}',
    last_seq bigint not null default 0,
    last_message_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number),
    foreign key (ws, space) references space(ws, number),
    foreign key (ws, owner) references member(ws, number),
    foreign key (ws, subject) references member(ws, number),
    foreign key (ws, assistant) references member(ws, number)
);
create unique index conversation_id on conversation(ws, id);
create index conversation_space on conversation(ws, space, number) where space is not null;

-- One direct conversation per unordered pair of members.
create table direct_pair(
    ws bigint not null references workspace(number),
    low bigint not null,
    high bigint not null,
    conversation bigint not null,
    primary key (ws, low, high),
    foreign key (ws, low) references member(ws, number),
    foreign key (ws, high) references member(ws, number),
    foreign key (ws, conversation) references conversation(ws, number)
);
create index direct_pair_conversation on direct_pair(ws, conversation);

create table participant(
    ws bigint not null references workspace(number),
    conversation bigint not null,
    member bigint not null,
    role text not null,
    state text not null,
    joined_at bigint not null,
    read_seq bigint not null default 0,
    read_at bigint,
    pinned_at bigint,
    muted boolean not null default false,
    hidden boolean not null default false,
    primary key (ws, conversation, member),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, member) references member(ws, number)
);
create index participant_member on participant(ws, member, conversation);

-- A message is its own entry of the conversation's log; a deleted one leaves an empty entry.
create table message(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    conversation bigint not null,
    seq bigint not null,
    author bigint,
    role text not null,
    form text,
    text text,
    metadata text not null default '{}',
    client_id text,
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
    primary key (ws, number),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, author) references member(ws, number)
);
create unique index message_id on message(ws, id);
create unique index message_seq on message(ws, conversation, seq);
create unique index message_client on message(ws, conversation, client_id, coalesce(author, 0)) where client_id is not null;

-- Every other change of a conversation.
create table log_entry(
    ws bigint not null references workspace(number),
    conversation bigint not null,
    seq bigint not null,
    kind text not null,
    actor bigint,
    at bigint not null,
    payload text not null default '{}',
    primary key (ws, conversation, seq),
    foreign key (ws, conversation) references conversation(ws, number),
    foreign key (ws, actor) references member(ws, number)
);

create table phone_number(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    e164 text not null,
    name text,
    sms boolean not null default true,
    voice boolean not null default true,
    is_default boolean not null default false,
    archived_at bigint,
    created_at bigint not null,
    primary key (ws, number)
);
create unique index phone_number_id on phone_number(ws, id);
create unique index phone_number_e164 on phone_number(ws, e164);

create table inbox(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    slug text not null,
    name text,
    address text not null,
    workflow bigint,
    is_default boolean not null default false,
    archived_at bigint,
    created_at bigint not null,
    primary key (ws, number)
);
create unique index inbox_id on inbox(ws, id);
create unique index inbox_slug on inbox(ws, slug);
create unique index inbox_address on inbox(ws, address);

-- The row is the draft; versions are what was published.
create table workflow(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    slug text not null,
    name text not null,
    agent bigint,
    default_phone_number bigint,
    default_inbox bigint,
    tasks text not null default '[]',
    active_version bigint,
    archived_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number),
    foreign key (ws, agent) references member(ws, number),
    foreign key (ws, default_phone_number) references phone_number(ws, number),
    foreign key (ws, default_inbox) references inbox(ws, number)
);
create unique index workflow_id on workflow(ws, id);
create unique index workflow_slug on workflow(ws, slug);

create table workflow_version(
    ws bigint not null references workspace(number),
    workflow bigint not null,
    version bigint not null,
    slug text not null,
    name text not null,
    agent bigint,
    default_phone_number bigint,
    default_inbox bigint,
    tasks text not null,
    note text,
    author bigint,
    created_at bigint not null,
    primary key (ws, workflow, version),
    foreign key (ws, workflow) references workflow(ws, number),
    foreign key (ws, author) references member(ws, number)
);

create table assignment(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    id uuid not null,
    workflow bigint not null,
    workflow_version bigint,
    member bigint not null,
    conversation bigint,
    status text not null,
    current_task bigint,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (ws, number),
    foreign key (ws, workflow) references workflow(ws, number),
    foreign key (ws, member) references member(ws, number),
    foreign key (ws, conversation) references conversation(ws, number)
);
create unique index assignment_id on assignment(ws, id);
create index assignment_member on assignment(ws, member, number);
create index assignment_conversation on assignment(ws, conversation) where conversation is not null;

-- First answers, kept for a day with the change they answered.
create table idempotency(
    ws bigint not null references workspace(number),
    scope text not null,
    key text not null,
    fingerprint bytea not null,
    answer bytea not null,
    created_at bigint not null,
    primary key (ws, scope, key)
);
create index idempotency_age on idempotency(ws, created_at);

-- What is remembered of things that are gone.
create table audit(
    number bigint generated always as identity,
    ws bigint not null references workspace(number),
    at bigint not null,
    action text not null,
    noun text not null,
    id uuid not null,
    actor uuid,
    key uuid,
    request uuid not null,
    detail text not null default '{}',
    primary key (ws, number)
);
create index audit_at on audit(ws, at);
