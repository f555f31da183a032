//! Received messages for numbers and inboxes that their workspace does not have.

use crate::statement::statements;

statements! {
    /// Inserts a message, unless it was received before.
    tenant INSERT = "insert into unmatched_message (ws, medium, external_id, sender, recipient, content, received_at)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict (ws, medium, external_id) do nothing";
    /// Deletes all but the newest messages.
    tenant DELETE_OLD = "delete from unmatched_message where ws = $1 and number <= (
        select number from unmatched_message where ws = $1 order by number desc limit 1 offset $2)";
    /// Messages before a number, the newest first.
    tenant LIST = "select number, medium, sender, recipient, content, received_at from unmatched_message
        where ws = $1 and number < $2 order by number desc limit $3";
}
