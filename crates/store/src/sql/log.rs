//! The log's entries that are not messages.

use crate::statement::statements;

statements! {
    /// Takes the next position of a conversation for something that is or was at a time, and gives the latest time of the
    /// conversation with it; $4 says whether it was said.
    tenant NEXT_SEQ = "update conversation set last_seq = last_seq + 1,
            updated_at = case when updated_at > $3 then updated_at else $3 end,
            last_message_seq = case when cast($4 as boolean) then last_seq + 1 else last_message_seq end,
            last_message_at = case when not cast($4 as boolean) or last_message_at > $3 then last_message_at else $3 end
        where ws = $1 and number = $2 returning last_seq, updated_at";
    /// Writes an entry at a position that was taken.
    tenant INSERT = "insert into log_entry (ws, conversation, seq, kind, actor, at, payload) values ($1, $2, $3, $4, $5, $6, $7)";
    /// Entries strictly after a position and up to another, in order.
    tenant AFTER = "select seq, kind, actor, at, payload from log_entry
        where ws = $1 and conversation = $2 and seq > $3 and seq <= $4 order by seq limit $5";
    /// Entries at or before a position and before a time, newest first.
    tenant BACK = "select seq, kind, actor, at, payload from log_entry
        where ws = $1 and conversation = $2 and seq <= $3 and at < $4 order by seq desc limit $5";
    /// When a conversation's state last changed.
    tenant LAST_STATE = "select at from log_entry
        where ws = $1 and conversation = $2 and kind = 'changed' and payload like '%\"state\":%' order by seq desc limit 1";
}
