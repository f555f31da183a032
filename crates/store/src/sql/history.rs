//! Reading a conversation backwards in time order. `seq`s follow time except for backdated messages, which an import
//! wrote after newer ones; those have an index by time of their own.

use super::member_ref;
use super::message::columns;
use crate::statement::statements;

macro_rules! mark {
    () => {
        "select seq, number, created_at, deleted_at is null and role in ('user', 'assistant'), backdated_after from message
         where ws = $1 and conversation = $2 and "
    };
}

statements! {
    /// Marks of messages at or before a `seq`, newest `seq` first.
    tenant MARKS = concat!(mark!(), "seq <= $3 order by seq desc limit $4");
    /// Marks of backdated messages before a time and `seq`, newest first.
    tenant BACKDATED = concat!(mark!(), "backdated_after is not null and (created_at, seq) < ($3, $4)
            order by created_at desc, seq desc limit $5");
    /// Returns a row if a backdated message has this time or a later one.
    tenant BACKDATED_SINCE = "select created_at from message where ws = $1 and conversation = $2
            and backdated_after is not null and created_at >= $3 order by created_at limit 1";
    /// Messages by number (a JSON array), without deleted ones. The plus sign keeps SQLite's planner from using the
    /// index by conversation, which would read the whole conversation.
    tenant SOME = concat!("select ", columns!(), " where t.ws = $1 and +t.conversation = $2 and t.deleted_at is null
            and t.number in (select value from json_each(cast($3 as text)))");
    /// Marks a message as backdated; $3 is the last `seq` in order before it.
    tenant BACKDATE = "update message set backdated_after = $3 where ws = $1 and number = $2";
}
