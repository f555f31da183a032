//! Votes on conversations.

use parlor_model::Result;
use parlor_model::id::RatingId;
use parlor_model::rating::ConversationVote;

use super::member::read_opt_ref;
use crate::sql::vote as sql;
use crate::{Tx, params};

/// Inserts or replaces one member's vote on a conversation.
pub fn put(
    tx: &mut dyn Tx,
    ws: i64,
    (conversation, member): (i64, Option<i64>),
    value: i64,
    reason: Option<&str>,
) -> Result<()> {
    let stamp = tx.next_stamp();
    let id: RatingId = stamp.id();
    tx.execute(
        &sql::PUT,
        params![ws, &id, conversation, member, value, reason, stamp.at],
    )
    .map(drop)
}

/// Lists the newest votes on a conversation.
pub fn list(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    limit: i64,
) -> Result<Vec<ConversationVote>> {
    tx.query_all(&sql::LIST, params![ws, conversation, limit], |row| {
        Ok(ConversationVote {
            id: row.id(0)?,
            value: row.int(1)?,
            reason: row.opt_string(2)?.map(Into::into),
            voted_at: row.time(3)?,
            member: read_opt_ref(row, 4)?,
        })
    })
}
