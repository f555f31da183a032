//! Reading a conversation backwards in the order of time. Positions follow time but for messages that an import put
//! behind newer ones: those are backdated, and an index of their own holds them by their time.

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
    /// Messages at or before a position, last position first, without what they say.
    tenant MARKS = concat!(mark!(), "seq <= $3 order by seq desc limit $4");
    /// Backdated messages before a time and a position, newest first, without what they say.
    tenant BACKDATED = concat!(mark!(), "backdated_after is not null and (created_at, seq) < ($3, $4)
            order by created_at desc, seq desc limit $5");
    /// Whether there is a backdated message of a time or later.
    tenant BACKDATED_SINCE = "select created_at from message where ws = $1 and conversation = $2
            and backdated_after is not null and created_at >= $3 order by created_at limit 1";
    /// Some messages by number, as a JSON array, without those that were deleted. The plus sign keeps the planner at the
    /// numbers: by the conversation it would read all of it.
    tenant SOME = concat!("select ", columns!(), " where t.ws = $1 and +t.conversation = $2 and t.deleted_at is null
            and t.number in (select value from json_each(cast($3 as text)))");
    /// Marks a message as backdated; $3 is the last position before it that is in the order of time.
    tenant BACKDATE = "update message set backdated_after = $3 where ws = $1 and number = $2";
}
