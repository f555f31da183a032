//! What was begun and not finished.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "select id, conversation, author, role, details, metadata, created_at, updated_at from draft"
    };
}

statements! {
    /// Keeps a draft, new or changed; when it was begun stays. One that stands in another conversation is left as it is.
    tenant PUT = "insert into draft (ws, id, conversation, author, role, details, metadata, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
        on conflict (ws, id) do update set role = excluded.role, details = excluded.details,
            metadata = excluded.metadata, updated_at = excluded.updated_at
            where draft.conversation = excluded.conversation";
    /// One by id, in whatever conversation.
    tenant BY_ID = concat!(columns!(), " where ws = $1 and id = $2");
    /// The ids of those of a conversation, oldest first.
    tenant IDS = "select id from draft where ws = $1 and conversation = $2 order by created_at, id limit $3";
    /// Removes one of a conversation.
    tenant END = "delete from draft where ws = $1 and conversation = $2 and id = $3";
}
