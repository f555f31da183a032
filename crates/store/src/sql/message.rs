//! Messages of conversations.

use super::member_ref;
use crate::statement::statements;

macro_rules! columns {
    () => {
        concat!(
            "t.number, t.id, c.id, t.seq, t.role, t.form, t.text, t.metadata,
             case when t.author is null or m.number is not null then t.client_id end, t.created_at, t.updated_at, ",
            member_ref!("m"),
            ", t.details, t.rating, t.rating_comment",
            " from message t join conversation c on c.ws = t.ws and c.number = t.conversation
              left join member m on m.ws = t.ws and m.number = t.author"
        )
    };
}
pub(super) use columns;
macro_rules! walk {
    () => {
        " where t.ws = $1 and t.conversation = $2 and t.seq > $3 and t.seq < $4 and t.deleted_at is null
            and (not cast($5 as boolean) or t.role in ('user', 'assistant'))"
    };
}
macro_rules! log {
    () => {
        " where t.ws = $1 and t.conversation = $2 and t.seq > $3 and t.seq <= $4"
    };
}
macro_rules! detailed {
    () => {
        " where t.ws = $1 and t.conversation = $2 and t.deleted_at is null and t.details like $3 escape '\\' and t.seq > $4"
    };
}
/// Size of a message's texts, in bytes.
macro_rules! bytes {
    () => {
        "(coalesce(octet_length(t.text), 0) + octet_length(t.metadata) + coalesce(octet_length(t.details), 0)
            + coalesce(octet_length(t.rating_comment), 0))"
    };
}
pub(super) use bytes;
/// Ends a scan with the row that reaches a byte limit, for PostgreSQL, whose driver reads all rows at once: `$order` is
/// ` ` or ` desc `, `$edge` compares with the last `seq` of the page, `$limit` is the scan's own limit.
macro_rules! until_bytes {
    ($rows:ident, $order:literal, $edge:literal, $limit:literal, $budget:literal) => {
        concat!(
            " and t.seq ",
            $edge,
            "(b.seq) from (select f.seq, sum(f.bytes) over (order by f.seq",
            $order,
            ") - f.bytes as before from (select t.seq, ",
            $crate::sql::message::bytes!(),
            " as bytes from message t",
            $rows!(),
            " order by t.seq",
            $order,
            $limit,
            ") f) b where b.before < cast(",
            $budget,
            " as bigint)) order by t.seq",
            $order,
            $limit
        )
    };
}
pub(super) use until_bytes;

/// Number of messages in the log of conversation `c`, of all roles.
macro_rules! message_count {
    () => {
        "c.last_seq - (select cast(count(*) as bigint) from log_entry e where e.ws = $1 and e.conversation = $2)"
    };
}
/// Condition of messages that are not conversational, as their partial index has it.
macro_rules! not_conversational {
    () => {
        "t.ws = $1 and t.conversation = $2 and (t.deleted_at is not null or t.role not in ('user', 'assistant'))"
    };
}

statements! {
    /// Newest `seq`, state, automatic-title flag and latest time of a conversation.
    tenant HEAD = "select last_seq, state, title_is_automatic, updated_at from conversation where ws = $1 and number = $2";
    /// State of a member: not archived, state of its participation, whether it is the owner.
    tenant STANDING = "select m.archived_at is null, p.state, coalesce(p.role, '') = 'owner' from member m
        left join participant p on p.ws = m.ws and p.conversation = $2 and p.member = m.number
        where m.ws = $1 and m.number = $3";
    /// Writes the head and the list columns after appends. The newest conversational message decides whether a person
    /// has to respond, if no assistant does.
    tenant MOVE_HEAD = "update conversation set last_seq = $3,
            updated_at = case when updated_at > $4 then updated_at else $4 end,
            last_message_seq = coalesce($5, last_message_seq), last_message_at = coalesce($6, last_message_at),
            needs_response = case when kind = 'direct' or cast($7 as text) is null then needs_response
                when $7 = 'assistant' then false
                when $7 = 'unanswered' or not assistant_enabled or paused then true else needs_response end
        where ws = $1 and number = $2";
    /// Location of the message with an id, deleted or not, and whether its conversation exists.
    tenant PLACE = "select t.number, t.id, t.seq, t.created_at, t.conversation, c.number is not null from message t
        left join conversation c on c.ws = t.ws and c.number = t.conversation where t.ws = $1 and t.id = $2";
    /// Records a mention of a participant.
    tenant MENTION = "insert into mention (ws, member, conversation, seq)
        select cast($1 as bigint), p.member, p.conversation, cast($4 as bigint) from participant p
        where p.ws = $1 and p.conversation = $2 and p.member = $3 and p.state = 'joined'";
    /// Deletes the mentions of a message.
    tenant UNMENTION = "delete from mention where ws = $1 and conversation = $2 and seq = $3";
    /// Message of the same author with the same client id.
    tenant FIND_BY_CLIENT_ID = "select number, id, seq, created_at from message
        where ws = $1 and conversation = $2 and coalesce(author, 0) = coalesce(cast($3 as bigint), 0) and client_id = $4";
    /// Inserts a message at a `seq` taken before.
    tenant INSERT = "insert into message (ws, id, conversation, seq, author, role, form, text, metadata, client_id, created_at, updated_at, details)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12) returning number";
    /// Text of the first user message.
    tenant FIRST_WORDS = "select text from message where ws = $1 and conversation = $2 and deleted_at is null and role = 'user'
        and text <> '' order by seq limit 1";
    /// One message of a conversation by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where t.ws = $1 and t.conversation = $2 and t.number = $3 and t.deleted_at is null");
    /// Conversation and author of a message, deleted or not.
    tenant LOCATE = "select t.conversation, m.number, t.deleted_at from message t
        join conversation c on c.ws = t.ws and c.number = t.conversation
        left join member m on m.ws = t.ws and m.number = t.author where t.ws = $1 and t.number = $2";
    /// One message of a conversation.
    tenant BY_ID = concat!("select ", columns!(), " where t.ws = $1 and t.conversation = $2 and t.id = $3 and t.deleted_at is null");
    /// Messages between two `seq`s, oldest first.
    tenant WALK_ASC = concat!("select ", columns!(), walk!(), " and cast($8 as bigint) > 0 order by t.seq limit $6 offset $7");
    /// Messages between two `seq`s, newest first.
    tenant WALK_DESC = concat!("select ", columns!(), walk!(), " and cast($8 as bigint) > 0 order by t.seq desc limit $6 offset $7");
    /// `seq` of the last of the newest $6 messages before $4.
    tenant WALK_START = concat!("select t.seq from message t", walk!(), " order by t.seq desc limit 1 offset $6");
    /// Messages strictly after a `seq` and up to another, oldest first, including deleted ones: their part of the log.
    tenant LOG = concat!("select ", columns!(), log!(), " and cast($6 as bigint) > 0 order by t.seq limit $5");
    /// `seq`s and times of messages strictly after a `seq` and up to another, oldest first, including deleted ones.
    tenant LOG_HEADS = concat!("select t.seq, t.created_at from message t", log!(), " order by t.seq limit $5");
    /// Numbers of messages: all, conversational ones, those of assistants; computed as in `TOTAL`.
    tenant COUNTS = concat!("select ", message_count!(), " - (select cast(count(*) as bigint) from message t where ", not_conversational!(), "
                and t.deleted_at is not null), ",
            message_count!(), " - (select cast(count(*) as bigint) from message t where ", not_conversational!(), "),
            (select cast(count(*) as bigint) from message t where t.ws = $1 and t.conversation = $2
                and t.deleted_at is null and t.role = 'assistant')
        from conversation c where c.ws = $1 and c.number = $2");
    /// Number of messages, computed from the log head: `seq`s are gap-free, so every `seq` without another entry is a
    /// message. $3 restricts it to conversational ones.
    tenant TOTAL = concat!("select ", message_count!(), " - (select cast(count(*) as bigint) from message t where ", not_conversational!(), "
                and (cast($3 as boolean) or t.deleted_at is not null))
        from conversation c where c.ws = $1 and c.number = $2");
    /// Time of an author's newest message after a `seq`.
    tenant LAST_OF_AUTHOR = "select created_at from message
        where ws = $1 and conversation = $2 and seq > $3 and author = $4 and deleted_at is null order by seq desc limit 1";
    /// Number of messages of others after a `seq`.
    tenant UNREAD = "select cast(count(*) as bigint) from message
        where ws = $1 and conversation = $2 and seq > $3 and deleted_at is null and role in ('user', 'assistant')
          and coalesce(author, 0) <> $4";
    /// Writes the columns that an edit changes.
    tenant UPDATE = "update message set text = $3, form = $4, metadata = $5, updated_at = $6, details = $7
        where ws = $1 and number = $2";
    /// Replaces the details, which is no edit.
    tenant SET_DETAILS = "update message set details = $3 where ws = $1 and number = $2";
    /// Changes the role.
    tenant SET_ROLE = "update message set role = $3 where ws = $1 and number = $2";
    /// Clears the message to a tombstone.
    tenant ERASE = "update message set text = null, metadata = '{}', details = null, rating = null, rating_comment = null,
            client_id = null, deleted_at = $3, updated_at = $3
        where ws = $1 and number = $2";
    /// Newest remaining conversational message.
    tenant RECENT = "select created_at, seq from message where ws = $1 and conversation = $2 and deleted_at is null
        and role in ('user', 'assistant') order by seq desc limit 1";
    /// Writes the list columns after a deletion.
    tenant SET_LAST_MESSAGE = "update conversation set last_message_at = $3, last_message_seq = $4 where ws = $1 and number = $2";
    /// Messages of a conversation whose details may contain a text, oldest first.
    tenant WITH_DETAILS = concat!("select ", columns!(), detailed!(), " and cast($6 as bigint) > 0 order by t.seq limit $5");
}

/// Texts by which PostgreSQL ends scans at their byte limit: its driver reads all rows before it returns the first.
pub(crate) static POSTGRES: &[(&crate::SqlStatement, &str)] = &[
    (
        &WALK_ASC,
        concat!(
            "select ",
            columns!(),
            walk!(),
            until_bytes!(walk, " ", "<= (select max", " limit $6 offset $7", "$8")
        ),
    ),
    (
        &WALK_DESC,
        concat!(
            "select ",
            columns!(),
            walk!(),
            until_bytes!(
                walk,
                " desc ",
                ">= (select min",
                " limit $6 offset $7",
                "$8"
            )
        ),
    ),
    (
        &LOG,
        concat!(
            "select ",
            columns!(),
            log!(),
            until_bytes!(log, " ", "<= (select max", " limit $5", "$6")
        ),
    ),
    (
        &WITH_DETAILS,
        concat!(
            "select ",
            columns!(),
            detailed!(),
            until_bytes!(detailed, " ", "<= (select max", " limit $5", "$6")
        ),
    ),
];
