//! Messages.

use super::member_ref;
use crate::statement::statements;

macro_rules! whole {
    () => {
        concat!(
            "t.number, t.id, c.id, t.seq, t.role, t.form, t.text, t.metadata, t.client_id, t.created_at, t.updated_at, ",
            member_ref!("m"),
            " from message t join conversation c on c.ws = t.ws and c.number = t.conversation
              left join member m on m.ws = t.ws and m.number = t.author"
        )
    };
}
pub(super) use whole;
macro_rules! walk {
    () => {
        " where t.ws = $1 and t.conversation = $2 and t.seq > $3 and t.seq < $4 and t.deleted_at is null
            and (not cast($5 as boolean) or t.role in ('user', 'assistant')) order by t.seq"
    };
}

statements! {
    /// The number behind an id.
    tenant CONVERSATION_NUMBER = "select number from conversation where ws = $1 and id = $2";
    /// Position and state of a conversation.
    tenant HEAD = "select last_seq, state from conversation where ws = $1 and number = $2";
    /// Moves the head after appends; the list columns go with it.
    tenant MOVE_HEAD = "update conversation set last_seq = $3, last_message_at = $4,
            updated_at = case when updated_at > $4 then updated_at else $4 end
        where ws = $1 and number = $2";
    /// A message the same author sent under the same client id.
    tenant FIND_BY_CLIENT_ID = "select number, id, seq, created_at from message
        where ws = $1 and conversation = $2 and coalesce(author, 0) = coalesce(cast($3 as bigint), 0) and client_id = $4";
    /// Writes a message at a position that was taken.
    tenant INSERT = "insert into message (ws, id, conversation, seq, author, role, form, text, metadata, client_id, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) returning number";
    /// One message of a conversation.
    tenant BY_ID = concat!("select ", whole!(), " where t.ws = $1 and t.conversation = $2 and t.id = $3 and t.deleted_at is null");
    /// Between two positions, oldest first.
    tenant WALK_ASC = concat!("select ", whole!(), walk!(), " limit $6 offset $7");
    /// Between two positions, newest first.
    tenant WALK_DESC = concat!("select ", whole!(), walk!(), " desc limit $6 offset $7");
    /// Strictly after a position, oldest first, deleted ones included: their part of the log.
    tenant LOG = concat!("select ", whole!(), " where t.ws = $1 and t.conversation = $2 and t.seq > $3
        order by t.seq limit $4");
    /// How many messages by role.
    tenant COUNTS = "select role, cast(count(*) as bigint) from message
        where ws = $1 and conversation = $2 and deleted_at is null group by role";
    /// What others said after a position.
    tenant UNREAD = "select cast(count(*) as bigint) from message
        where ws = $1 and conversation = $2 and seq > $3 and deleted_at is null and role in ('user', 'assistant')
          and coalesce(author, 0) <> $4";
    /// Writes what an edit changes.
    tenant UPDATE = "update message set text = $3, form = $4, metadata = $5, updated_at = $6 where ws = $1 and number = $2";
    /// Leaves an empty entry.
    tenant ERASE = "update message set text = null, metadata = '{}', client_id = null, deleted_at = $3, updated_at = $3
        where ws = $1 and number = $2";
    /// The newest message that is left.
    tenant RECENT = "select created_at from message where ws = $1 and conversation = $2 and deleted_at is null order by seq desc limit 1";
    /// Corrects the list column after a deletion.
    tenant SET_LAST_MESSAGE = "update conversation set last_message_at = $3 where ws = $1 and number = $2";
}
