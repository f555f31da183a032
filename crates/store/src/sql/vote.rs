//! Votes on conversations.

use super::member_ref;
use crate::statement::statements;

statements! {
    /// Inserts or replaces a member's vote; $4 is null for an unbound key.
    tenant PUT = "insert into conversation_vote (ws, id, conversation, member, value, reason, voted_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (ws, conversation, coalesce(member, 0)) do update set value = excluded.value,
            reason = excluded.reason, voted_at = excluded.voted_at";
    /// Votes on a conversation, newest first.
    tenant LIST = concat!("select v.id, v.value, v.reason, v.voted_at, ", member_ref!("m"), "
        from conversation_vote v left join member m on m.ws = v.ws and m.number = v.member
        where v.ws = $1 and v.conversation = $2 order by v.voted_at desc, v.id desc limit $3");
    /// Deletes the votes on a conversation.
    tenant DELETE_OF_CONVERSATION = "delete from conversation_vote where ws = $1 and conversation = $2";
    /// Deletes the votes of a member.
    tenant DELETE_OF_MEMBER = "delete from conversation_vote where ws = $1 and member = $2";
}
