//! Message drafts.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "select id, conversation, author, role, details, metadata, created_at, updated_at from draft"
    };
}

statements! {
    /// Inserts or updates a draft; its creation time stays. A draft of another conversation is not changed.
    tenant PUT = "insert into draft (ws, id, conversation, author, role, details, metadata, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
        on conflict (ws, id) do update set role = excluded.role, details = excluded.details,
            metadata = excluded.metadata, updated_at = excluded.updated_at
            where draft.conversation = excluded.conversation";
    /// A draft by id, in any conversation.
    tenant BY_ID = concat!(columns!(), " where ws = $1 and id = $2");
    /// Ids of a conversation's drafts, oldest first.
    tenant IDS = "select id from draft where ws = $1 and conversation = $2 order by created_at, id limit $3";
    /// Deletes a draft of a conversation.
    tenant END = "delete from draft where ws = $1 and conversation = $2 and id = $3";
}
