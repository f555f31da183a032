-- Everything but organizations and workspaces belongs to one workspace (ws). `number` is the small integer used
-- between tables and by vendors that count; it is never used twice. `id` is the 128-bit identity shown outside.
-- Times are microseconds since the Unix epoch. JSON is text.

-- One row for the whole database: what tells whether a master key is the one it was begun with.
create table instance(
    number integer primary key check (number = 1),
    fingerprint blob not null,
    created_at integer not null
) strict;

create table organization(
    number integer primary key autoincrement,
    id blob not null unique,
    name text not null,
    created_at integer not null
) strict;

create table workspace(
    number integer primary key autoincrement,
    id blob not null unique,
    organization integer not null references organization(number),
    name text not null,
    policy text not null default '{}',
    created_at integer not null
) strict;

-- Keys that sign tokens, sealed with the master key that is not in the database.
create table signing_key(
    ws integer not null references workspace(number),
    purpose text not null,
    id blob not null,
    sealed blob not null,
    created_at integer not null,
    primary key (ws, purpose, id)
) strict, without rowid;

create table member(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
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
    sms_opted_out integer not null default 0,
    email_opted_out integer not null default 0,
    verified_at integer,
    archived_at integer,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index member_id on member(ws, id);
create unique index member_handle on member(ws, handle);
create unique index member_external on member(ws, external_id) where external_id is not null;
create unique index member_fingerprint on member(ws, fingerprint) where fingerprint is not null;
create unique index member_wallet on member(ws, wallet) where wallet is not null;
create index member_email on member(ws, email) where email is not null;
create index member_phone on member(ws, phone) where phone is not null;

create table api_key(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    hash blob not null unique,
    hint text not null,
    name text,
    member integer references member(number),
    scopes text not null,
    created_at integer not null,
    expires_at integer,
    last_used_at integer,
    revoked_at integer
) strict;
create unique index api_key_id on api_key(ws, id);

create table space(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    name text,
    description text,
    contact integer references member(number),
    owner integer references member(number),
    alias text,
    blueprint text,
    default_conversation integer,
    metadata text not null default '{}',
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index space_id on space(ws, id);
create unique index space_owner on space(ws, owner) where owner is not null;
create unique index space_alias on space(ws, alias) where alias is not null;
create index space_contact on space(ws, contact, id) where contact is not null;

create table conversation(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    kind text not null,
    state text not null,
    space integer references space(number),
    title text,
    title_is_automatic integer not null default 0,
    owner integer references member(number),
    subject integer references member(number),
    medium text not null default 'web',
    category text,
    is_test integer not null default 0,
    site integer,
    workflow integer,
    workflow_version integer,
    assignment integer,
    phone_number integer,
    inbox integer,
    assistant_enabled integer not null default 1,
    assistant integer references member(number),
    chat_model text,
    realtime_model text,
    paused integer not null default 0,
    needs_response integer not null default 0,
    icon text not null default '',
    announcement text not null default '',
    announcement_pinned integer not null default 0,
    open_access integer not null default 1,
    metadata text not null default '{}',
    last_seq integer not null default 0,
    last_message_at integer,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index conversation_id on conversation(ws, id);
create index conversation_space on conversation(ws, space, number) where space is not null;

-- One direct conversation per unordered pair of members.
create table direct_pair(
    ws integer not null references workspace(number),
    low integer not null references member(number),
    high integer not null references member(number),
    conversation integer not null references conversation(number),
    primary key (ws, low, high)
) strict, without rowid;
create index direct_pair_conversation on direct_pair(ws, conversation);

create table participant(
    ws integer not null references workspace(number),
    conversation integer not null references conversation(number),
    member integer not null references member(number),
    role text not null,
    state text not null,
    joined_at integer not null,
    read_seq integer not null default 0,
    read_at integer,
    pinned_at integer,
    muted integer not null default 0,
    hidden integer not null default 0,
    primary key (ws, conversation, member)
) strict, without rowid;
create index participant_member on participant(ws, member, conversation);

-- A message is its own entry of the conversation's log; a deleted one leaves an empty entry.
create table message(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    conversation integer not null references conversation(number),
    seq integer not null,
    author integer references member(number),
    role text not null,
    form text,
    text text,
    metadata text not null default '{}',
    client_id text,
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer
) strict;
create unique index message_id on message(ws, id);
create unique index message_seq on message(ws, conversation, seq);
create unique index message_client on message(ws, conversation, client_id, coalesce(author, 0)) where client_id is not null;

-- Every other change of a conversation.
create table log_entry(
    ws integer not null references workspace(number),
    conversation integer not null references conversation(number),
    seq integer not null,
    kind text not null,
    actor integer references member(number),
    at integer not null,
    payload text not null default '{}',
    primary key (ws, conversation, seq)
) strict, without rowid;

create table phone_number(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    e164 text not null,
    name text,
    sms integer not null default 1,
    voice integer not null default 1,
    is_default integer not null default 0,
    archived_at integer,
    created_at integer not null
) strict;
create unique index phone_number_id on phone_number(ws, id);
create unique index phone_number_e164 on phone_number(ws, e164);

create table inbox(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    slug text not null,
    name text,
    address text not null,
    workflow integer,
    is_default integer not null default 0,
    archived_at integer,
    created_at integer not null
) strict;
create unique index inbox_id on inbox(ws, id);
create unique index inbox_slug on inbox(ws, slug);
create unique index inbox_address on inbox(ws, address);

-- The row is the draft; versions are what was published.
create table workflow(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    slug text not null,
    name text not null,
    agent integer references member(number),
    default_phone_number integer references phone_number(number),
    default_inbox integer references inbox(number),
    tasks text not null default '[]',
    active_version integer,
    archived_at integer,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index workflow_id on workflow(ws, id);
create unique index workflow_slug on workflow(ws, slug);

create table workflow_version(
    ws integer not null references workspace(number),
    workflow integer not null references workflow(number),
    version integer not null,
    slug text not null,
    name text not null,
    agent integer,
    default_phone_number integer,
    default_inbox integer,
    tasks text not null,
    note text,
    author integer references member(number),
    created_at integer not null,
    primary key (ws, workflow, version)
) strict, without rowid;

create table assignment(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    id blob not null,
    workflow integer not null references workflow(number),
    workflow_version integer,
    member integer not null references member(number),
    conversation integer references conversation(number),
    status text not null,
    current_task integer,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index assignment_id on assignment(ws, id);
create index assignment_member on assignment(ws, member, number);
create index assignment_conversation on assignment(ws, conversation) where conversation is not null;

-- First answers, kept for a day with the change they answered.
create table idempotency(
    ws integer not null references workspace(number),
    scope text not null,
    key text not null,
    fingerprint blob not null,
    answer blob not null,
    created_at integer not null,
    primary key (ws, scope, key)
) strict, without rowid;
create index idempotency_age on idempotency(ws, created_at);

-- What is remembered of things that are gone.
create table audit(
    number integer primary key autoincrement,
    ws integer not null references workspace(number),
    at integer not null,
    action text not null,
    noun text not null,
    id blob not null,
    actor blob,
    key blob,
    request blob not null,
    detail text not null default '{}'
) strict;
create index audit_at on audit(ws, at);

-- What the planner should believe of tables that are still empty: a workspace is large, and what stands behind it in
-- an index is selective. Without this it takes the first index that begins with the workspace. Rows in all, then for
-- each further column of the index the rows that share its values so far.
analyze;
insert into sqlite_stat1(tbl, idx, stat) values
    ('member', 'member_id', '100000 50000 1'),
    ('member', 'member_handle', '100000 50000 1'),
    ('member', 'member_external', '100000 50000 1'),
    ('member', 'member_fingerprint', '100000 50000 1'),
    ('member', 'member_wallet', '100000 50000 1'),
    ('member', 'member_email', '100000 50000 2'),
    ('member', 'member_phone', '100000 50000 2'),
    ('space', 'space_id', '100000 50000 1'),
    ('space', 'space_owner', '100000 50000 1'),
    ('space', 'space_alias', '100000 50000 1'),
    ('space', 'space_contact', '100000 50000 5 1'),
    ('conversation', 'conversation_id', '1000000 500000 1'),
    ('conversation', 'conversation_space', '1000000 500000 20 1'),
    ('direct_pair', 'direct_pair', '100000 50000 10 1'),
    ('direct_pair', 'direct_pair_conversation', '100000 50000 1'),
    ('participant', 'participant', '2000000 1000000 3 1'),
    ('participant', 'participant_member', '2000000 1000000 30 1'),
    ('message', 'message_id', '10000000 5000000 1'),
    ('message', 'message_seq', '10000000 5000000 50 1'),
    ('message', 'message_client', '10000000 5000000 50 1 1'),
    ('log_entry', 'log_entry', '2000000 1000000 3 1'),
    ('assignment', 'assignment_id', '100000 50000 1'),
    ('assignment', 'assignment_member', '100000 50000 3 1'),
    ('assignment', 'assignment_conversation', '100000 50000 1');
analyze sqlite_schema;
