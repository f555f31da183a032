//! The search index: updates and proposals. The databases store it differently: SQLite has a full-text table per entity
//! and overrides most of these texts.

use super::message::columns as message;
use super::{gated, member_ref, undeparted};
use crate::statement::statements;

/// Numbers of a JSON array parameter. On PostgreSQL a migration defines `json_each(text)`.
macro_rules! parameter_numbers {
    () => {
        "(select value from json_each(cast($2 as text)))"
    };
}
/// Newest rows that the index proposes. $2: terms that each row must have; $5: null, or terms of which it must have
/// one.
macro_rules! find {
    ($table:literal) => {
        concat!(
            "with found as materialized (select ws, number from ",
            $table,
            " where grams @> cast(string_to_array(cast($2 as text), ' ') as int4[])
                and (cast($5 as text) is null or grams && cast(string_to_array(cast($5 as text), ' ') as int4[])))
            select number from found where ws = $1 and number < $3 order by number desc limit $4"
        )
    };
}
/// Inserts or replaces the terms of a row.
macro_rules! put {
    ($table:literal) => {
        concat!(
            "insert into ",
            $table,
            " (ws, number, grams) values ($1, $2, cast(string_to_array(cast($3 as text), ' ') as int4[]))
            on conflict (ws, number) do update set grams = excluded.grams"
        )
    };
}
/// Adds rows of many workspaces; a row indexed meanwhile is kept.
macro_rules! add {
    ($table:literal) => {
        concat!(
            "insert into ",
            $table,
            " (ws, number, grams)
            select e.ws, e.number, cast(string_to_array(e.grams, ' ') as int4[])
            from json_to_recordset(cast($1 as text)::json) as e(ws bigint, number bigint, grams text)
            on conflict (ws, number) do nothing"
        )
    };
}
/// Rows between two numbers, one workspace at a time, because keys begin with it.
macro_rules! batch {
    ($table:literal, $columns:literal, $kept:literal) => {
        concat!(
            "select r.* from workspace w cross join lateral (select ws, number, ",
            $columns,
            " from ",
            $table,
            " where ws = w.number and number > $1 and number <= $2 and ",
            $kept,
            " order by number limit $3) r order by r.number limit $3"
        )
    };
}
/// Visibility: $3 is the viewer, $4 null or the member that must participate, $5 whether visibility was checked before,
/// $6 null or a space, $7 null or a conversation, $8 the only role whose threads are visible, $9 null or the member whose
/// left conversations are hidden.
macro_rules! visible {
    () => {
        concat!(" and t.deleted_at is null and t.role in ('user', 'assistant')
            and (cast($5 as boolean) or c.kind <> 'direct' or exists (select 1 from participant p
                where p.ws = c.ws and p.conversation = c.number and p.member = cast($3 as bigint) and p.state = 'joined'))
            and (cast($4 as bigint) is null or exists (select 1 from participant p
                where p.ws = c.ws and p.conversation = c.number and p.member = $4 and p.state = 'joined'))
            and (cast($6 as bigint) is null or c.space = $6)
            and (cast($7 as bigint) is null or c.number = $7)", gated!("8"), undeparted!("9"), "
            order by t.number desc")
    };
}
macro_rules! verify {
    () => {
        concat!(
            "select t.number, t.conversation, t.text from message t
            join conversation c on c.ws = t.ws and c.number = t.conversation
            where t.ws = $1 and t.number in ",
            parameter_numbers!(),
            visible!()
        )
    };
}
/// The newest rows, indexed or not, so that a new message is found at once.
macro_rules! newest {
    () => {
        concat!(
            "with n as materialized (select number from message where ws = $1 and number < $10 order by number desc limit 1000)
            select t.number from n join message t on t.ws = $1 and t.number = n.number
            join conversation c on c.ws = t.ws and c.number = t.conversation
            where fold(t.text) like $2 escape '\\'",
            visible!()
        )
    };
}
/// Visible messages that have a word, among the newest thousand by an index.
macro_rules! recent {
    ($newest:literal) => {
        concat!(
            "with n as materialized (select number from message where ",
            $newest,
            " desc limit 1000)
            select t.number from n join message t on t.ws = $1 and t.number = n.number
            join conversation c on c.ws = t.ws and c.number = t.conversation
            where t.number < $10 and fold(t.text) like $2 escape '\\'",
            visible!()
        )
    };
}
macro_rules! fresh {
    ($table:literal, $text:literal) => {
        concat!(
            "with n as materialized (select number, ",
            $text,
            " from ",
            $table,
            " where ws = $1 order by number desc limit 1000)
            select number, ",
            $text,
            " from n where fold(",
            $text,
            ") like $2 escape '\\' order by number desc"
        )
    };
}
macro_rules! texts {
    ($table:literal, $text:literal) => {
        concat!(
            "select number, ",
            $text,
            " from ",
            $table,
            " where ws = $1 and number in ",
            parameter_numbers!(),
            " order by number desc"
        )
    };
}
pub(crate) mod sqlite;

macro_rules! inserting {
    ($table:literal) => {
        concat!(
            "select l.virtualtransaction from pg_locks l
            where l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.pid <> pg_backend_pid()
              and l.database = (select d.oid from pg_database d where d.datname = current_database())
              and l.relation = cast('",
            $table,
            "' as regclass)"
        )
    };
}

statements! {
    /// Messages that the index proposes.
    tenant FIND_MESSAGES = find!("search_message");
    /// Messages that the index proposes by a few terms ($2) if it can stop early, otherwise by all ($5).
    tenant FIND_FEW = "with found as materialized (select ws, number from search_message
            where grams @> cast(string_to_array(cast($5 as text), ' ') as int4[]) and cast($2 as text) is not null)
        select number from found where ws = $1 and number < $3 order by number desc limit $4";
    /// Conversations whose titles the index proposes.
    tenant FIND_TITLES = find!("search_conversation");
    /// Members whose names the index proposes.
    tenant FIND_NAMES = find!("search_member");
    /// Texts of the proposed messages that the viewer may see.
    tenant VERIFY_MESSAGES = verify!();
    /// Titles of the proposed conversations.
    tenant TITLES = texts!("conversation", "title");
    /// Names of the proposed members.
    tenant NAMES = texts!("member", "name");
    /// The newest visible messages that have a word.
    tenant NEWEST_MESSAGES = newest!();
    /// Visible messages that have a word among the newest of the workspace, indexed or not.
    tenant RECENT_MESSAGES = recent!("ws = $1 order by id");
    /// Visible messages that have a word among the newest of the conversation $7, indexed or not.
    tenant RECENT_IN_CONVERSATION = recent!("ws = $1 and conversation = $7 order by seq");
    /// The newest conversations whose titles have a word.
    tenant NEWEST_TITLES = fresh!("conversation", "title");
    /// The newest members whose names have a word.
    tenant NEWEST_NAMES = fresh!("member", "name");
    /// Conversations in which one of many members participates or participated, newest first.
    tenant INVOLVING = concat!("select distinct conversation from participant where ws = $1 and member in ", parameter_numbers!(),
        " order by conversation desc limit 1000");
    /// Messages with all columns, newest first.
    tenant MESSAGES = concat!("select ", message!(), " where t.ws = $1 and t.number in ", parameter_numbers!(),
        " and t.deleted_at is null order by t.number desc");
    /// Conversations of a space.
    tenant OF_SPACE = "select number from conversation where ws = $1 and space = $2 limit $3";
    /// Conversations in which a member participates or participated.
    tenant OF_MEMBER = "select conversation from participant where ws = $1 and member = $2 limit $3";
    /// Text of a message before a change.
    tenant TEXT = "select conversation, text from message where ws = $1 and number = $2";
    /// Title of a conversation before a change.
    tenant TITLE = "select title from conversation where ws = $1 and number = $2";
    /// Name of a member before a change.
    tenant NAME = "select name from member where ws = $1 and number = $2";
    /// Replaces the terms of a message.
    tenant PUT_MESSAGE = put!("search_message");
    /// Replaces the terms of a title.
    tenant PUT_TITLE = put!("search_conversation");
    /// Replaces the terms of a name.
    tenant PUT_NAME = put!("search_member");
    /// Empties the terms of a message. The empty row keeps the background from indexing a text it has already read.
    tenant ERASE_MESSAGE = "insert into search_message (ws, number, grams) values ($1, $2, '{}')
        on conflict (ws, number) do update set grams = excluded.grams";
    /// Transactions that are inserting messages: each holds this lock on the table before it takes a number.
    global INSERTING_MESSAGES = inserting!("message");
    /// Transactions that are inserting or changing conversations.
    global INSERTING_TITLES = inserting!("conversation");
    /// Transactions that are inserting or changing members.
    global INSERTING_NAMES = inserting!("member");
    /// Last indexed number.
    global POSITION = "select indexed from search_position where noun = $1";
    /// Advances the last indexed number.
    global MOVE = "update search_position set indexed = $2 where noun = $1 and indexed < $2";
    /// Greatest message number ever assigned.
    global LAST_MESSAGE = "select case when is_called then last_value else 0 end from message_number_seq";
    /// Greatest conversation number ever assigned.
    global LAST_TITLE = "select case when is_called then last_value else 0 end from conversation_number_seq";
    /// Greatest member number ever assigned.
    global LAST_NAME = "select case when is_called then last_value else 0 end from member_number_seq";
    /// Texts of messages between two numbers, up to the one that reaches the byte limit of a batch.
    global BATCH_MESSAGES = concat!("select b.ws, b.number, b.conversation, b.text from (select r.*,
            sum(octet_length(r.text)) over (order by r.number) - octet_length(r.text) as before from (",
        batch!("message", "conversation, text", "text is not null and role in ('user', 'assistant')"),
        ") r) b where b.before < 131072 order by b.number");
    /// Titles of conversations between two numbers.
    global BATCH_TITLES = batch!("conversation", "null::bigint, title", "title is not null");
    /// Names of members between two numbers.
    global BATCH_NAMES = batch!("member", "null::bigint, name", "name is not null");
    /// Adds messages to the index.
    global ADD_MESSAGES = add!("search_message");
    /// Adds titles to the index.
    global ADD_TITLES = add!("search_conversation");
    /// Adds names to the index.
    global ADD_NAMES = add!("search_member");
}
