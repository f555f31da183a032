//! Removal of a member's references.
//!
//! Keeps INV-9 (`docs/invariants.md`).

use std::ops::ControlFlow;

use parlor_model::id::ConversationId;
use parlor_model::{Id, Result};

use super::rating;
use crate::sql::{follow, member as sql, turn, vote};
use crate::{SqlStatement, Tx, params};

/// Result of one step through a workspace's rows. A range excludes its lower end.
#[derive(Debug, Clone, Copy)]
pub struct DetachStep<K> {
    /// Range of the step, if any of its rows refers to the member.
    pub found: Option<(K, K)>,
    /// Number of its rows that refer to the member.
    pub count: u64,
    /// Start of the next step, if there are more rows.
    pub next: ControlFlow<(), Option<K>>,
}

pub(super) fn build_step<K: Copy>(rows: &[(K, bool)], after: K, limit: i64) -> DetachStep<K> {
    let last = rows.last().map(|(key, _)| *key);
    let count = rows.iter().filter(|(_, refers)| *refers).count() as u64;
    let is_end = i64::try_from(rows.len()).is_ok_and(|count| count < limit);
    DetachStep {
        found: last.filter(|_| count > 0).map(|last| (after, last)),
        count,
        next: match is_end {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(last),
        },
    }
}

/// Scans the next conversations in id order.
pub fn scan_conversations(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    after: Option<ConversationId>,
    limit: i64,
) -> Result<DetachStep<ConversationId>> {
    let after = after.unwrap_or(Id::MIN);
    let rows = tx.query_all(&sql::HOLDERS, params![ws, &after, limit], |row| {
        let holders = [row.opt_int(1)?, row.opt_int(2)?];
        Ok((row.id(0)?, holders.contains(&Some(member))))
    })?;
    Ok(build_step(&rows, after, limit))
}

/// Clears the member as owner and assistant of the conversations of a range.
pub fn detach_conversations(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    (after, until): (ConversationId, ConversationId),
) -> Result<u64> {
    let at = tx.next_stamp().at;
    let range = params![ws, member, &after, &until, at];
    tx.execute(&sql::DETACH_HOLDER_IN, range)
}

/// Removes all references to a member and deletes it. Its messages and log entries stay and name a number that no member
/// has any more, which reads as none (INV-64). Its direct conversations must be deleted before, and what it owns in
/// conversations in which it does not participate removed in steps.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    let at = tx.next_stamp().at;
    let stamped: [&'static SqlStatement; 5] = [
        &sql::DETACH_SPACES,
        &sql::DISOWN_SPACES,
        &sql::DETACH_SUBJECT,
        &sql::DETACH_CONVERSATIONS,
        &sql::DETACH_KEYS,
    ];
    for statement in stamped {
        tx.execute(statement, params![ws, number, at])?;
    }
    rating::delete_for_member(tx, ws, number)?;
    let plain: [&'static SqlStatement; 15] = [
        &vote::DELETE_OF_MEMBER,
        &follow::DELETE_OF_FOLLOWER,
        &follow::DELETE_OF_FOLLOWEE,
        &sql::DELETE_MENTIONS,
        &sql::DELETE_FILTERS,
        &sql::DELETE_LABELS,
        &sql::DELETE_THREAD_SUBJECTS,
        &sql::DETACH_DRAFTS,
        &turn::DELETE_OF_ASSISTANT,
        &sql::DETACH_VERSIONS,
        &sql::DETACH_WORKFLOWS,
        &sql::CLEAR_ASSIGNMENTS,
        &sql::DELETE_ASSIGNMENTS,
        &sql::DELETE_PARTICIPATIONS,
        &sql::DELETE,
    ];
    for statement in plain {
        tx.execute(statement, params![ws, number])?;
    }
    Ok(())
}
