//! The search index: what is put into it, and what it proposes. Each database keeps it in its own way, so most of
//! these texts are overridden on the embedded one, where the index is a full-text table per noun.

use super::message::columns as message;
use super::{gated, member_ref};
use crate::statement::statements;

/// Numbers in a parameter. PostgreSQL has this function from our own migration.
macro_rules! parameter_numbers {
    () => {
        "(select value from json_each(cast($2 as text)))"
    };
}
/// Newest rows the index proposes. $2 is what each must have, $5 null or what each must have one of.
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
/// Writes what the index keeps of a row, over what it kept.
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
/// Adds many rows, of many workspaces; one that was put meanwhile stays.
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
/// Rows between two numbers. A workspace at a time, since keys begin with it.
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
/// What a viewer may see: $3 is the viewer, $4 null or whom every conversation must involve, $5 whether visibility was
/// decided before, $6 null or a space, $7 null or a conversation, $8 the only role whose threads are shown.
macro_rules! visible {
    () => {
        concat!(" and t.deleted_at is null and t.role in ('user', 'assistant')
            and (cast($5 as boolean) or c.kind <> 'direct' or exists (select 1 from participant p
                where p.ws = c.ws and p.conversation = c.number and p.member = cast($3 as bigint) and p.state = 'joined'))
            and (cast($4 as bigint) is null or exists (select 1 from participant p
                where p.ws = c.ws and p.conversation = c.number and p.member = $4 and p.state = 'joined'))
            and (cast($6 as bigint) is null or c.space = $6)
            and (cast($7 as bigint) is null or c.number = $7)", gated!("8"), "
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
/// The newest rows, whether they are in the index or not; so what has just been said is found at once.
macro_rules! newest {
    () => {
        concat!(
            "with n as materialized (select number from message where ws = $1 and number < $9 order by number desc limit 1000)
            select t.number from n join message t on t.ws = $1 and t.number = n.number
            join conversation c on c.ws = t.ws and c.number = t.conversation
            where fold(t.text) like $2 escape '\\'",
            visible!()
        )
    };
}
/// Messages that the viewer may see and that have a word, of the newest thousand there are by an index.
macro_rules! recent {
    ($newest:literal) => {
        concat!(
            "with n as materialized (select number from message where ",
            $newest,
            " desc limit 1000)
            select t.number from n join message t on t.ws = $1 and t.number = n.number
            join conversation c on c.ws = t.ws and c.number = t.conversation
            where t.number < $9 and fold(t.text) like $2 escape '\\'",
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

statements! {
    /// Messages the index proposes.
    tenant FIND_MESSAGES = find!("search_message");
    /// Messages the index proposes by a few numbers ($2) where it can stop early, otherwise by all ($5).
    tenant FIND_FEW = "with found as materialized (select ws, number from search_message
            where grams @> cast(string_to_array(cast($5 as text), ' ') as int4[]) and cast($2 as text) is not null)
        select number from found where ws = $1 and number < $3 order by number desc limit $4";
    /// Conversations the index proposes for their titles.
    tenant FIND_TITLES = find!("search_conversation");
    /// Members the index proposes for their names.
    tenant FIND_NAMES = find!("search_member");
    /// What proposed messages say, those of them the viewer may see.
    tenant VERIFY_MESSAGES = verify!();
    /// What proposed conversations are called.
    tenant TITLES = texts!("conversation", "title");
    /// What proposed members are called.
    tenant NAMES = texts!("member", "name");
    /// The newest messages the viewer may see that have a word.
    tenant NEWEST_MESSAGES = newest!();
    /// The same of the newest of the workspace, whether the index has them or not.
    tenant RECENT_MESSAGES = recent!("ws = $1 order by id");
    /// The same of the newest of the conversation $7.
    tenant RECENT_IN_CONVERSATION = recent!("ws = $1 and conversation = $7 order by seq");
    /// The newest conversations whose titles have a word.
    tenant NEWEST_TITLES = fresh!("conversation", "title");
    /// The newest members whose names have a word.
    tenant NEWEST_NAMES = fresh!("member", "name");
    /// Conversations in which one of many members takes or took part, newest first.
    tenant INVOLVING = concat!("select distinct conversation from participant where ws = $1 and member in ", parameter_numbers!(),
        " order by conversation desc limit 1000");
    /// Many messages whole, newest first.
    tenant MESSAGES = concat!("select ", message!(), " where t.ws = $1 and t.number in ", parameter_numbers!(),
        " and t.deleted_at is null order by t.number desc");
    /// Conversations of a space.
    tenant OF_SPACE = "select number from conversation where ws = $1 and space = $2 limit $3";
    /// Conversations that involve a member.
    tenant OF_MEMBER = "select conversation from participant where ws = $1 and member = $2 limit $3";
    /// What a message said before it is changed.
    tenant TEXT = "select conversation, text from message where ws = $1 and number = $2";
    /// What a conversation was called before it is changed.
    tenant TITLE = "select title from conversation where ws = $1 and number = $2";
    /// What a member was called before it is changed.
    tenant NAME = "select name from member where ws = $1 and number = $2";
    /// A message says something else.
    tenant PUT_MESSAGE = put!("search_message");
    /// A conversation is called something else.
    tenant PUT_TITLE = put!("search_conversation");
    /// A member is called something else.
    tenant PUT_NAME = put!("search_member");
    /// A message says nothing any more. The empty entry keeps the background from adding what it read before.
    tenant ERASE_MESSAGE = "insert into search_message (ws, number, grams) values ($1, $2, '{}')
        on conflict (ws, number) do update set grams = excluded.grams";
    /// Whoever has this adds to the index until its transaction ends; nobody waits for it. 2 is the family of this lock.
    global CLAIM = "select pg_try_advisory_xact_lock(2, 1)";
    /// Waiting for a lock within this transaction ends soon: who wants to write queues behind who waits.
    global HASTEN = "select set_config('lock_timeout', '100ms', true)";
    /// Waits for every insert of a message under way, so that no smaller number can appear afterwards.
    global SETTLE_MESSAGES = "lock table message in share mode";
    /// The same of conversations.
    global SETTLE_TITLES = "lock table conversation in share mode";
    /// The same of members.
    global SETTLE_NAMES = "lock table member in share mode";
    /// How far the index has come.
    global POSITION = "select indexed from search_position where noun = $1";
    /// The index has come further.
    global MOVE = "update search_position set indexed = $2 where noun = $1 and indexed < $2";
    /// The greatest number a message has or has had.
    global LAST_MESSAGE = "select case when is_called then last_value else 0 end from message_number_seq";
    /// The greatest number a conversation has or has had.
    global LAST_TITLE = "select case when is_called then last_value else 0 end from conversation_number_seq";
    /// The greatest number a member has or has had.
    global LAST_NAME = "select case when is_called then last_value else 0 end from member_number_seq";
    /// What messages between two numbers say, up to the one that reaches the bytes of a batch.
    global BATCH_MESSAGES = concat!("select b.ws, b.number, b.conversation, b.text from (select r.*,
            sum(octet_length(r.text)) over (order by r.number) - octet_length(r.text) as before from (",
        batch!("message", "conversation, text", "text is not null and role in ('user', 'assistant')"),
        ") r) b where b.before < 131072 order by b.number");
    /// What conversations between two numbers are called.
    global BATCH_TITLES = batch!("conversation", "null::bigint, title", "title is not null");
    /// What members between two numbers are called.
    global BATCH_NAMES = batch!("member", "null::bigint, name", "name is not null");
    /// Messages come into the index.
    global ADD_MESSAGES = add!("search_message");
    /// Titles come into the index.
    global ADD_TITLES = add!("search_conversation");
    /// Names come into the index.
    global ADD_NAMES = add!("search_member");
}
