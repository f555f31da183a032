//! Removal of a member's references from messages, log entries and conversations, in bounded steps.
//!
//! Keeps INV-9 (`docs/invariants.md`).

use std::ops::ControlFlow;

use parlor_model::id::{ConversationId, MessageId};
use parlor_model::{Id, Result};

use super::rating;
use crate::sql::{follow, member as sql, turn, vote};
use crate::{SqlStatement, Tx, params};

/// Conversation number and `seq`.
type LogPosition = (i64, i64);

/// Result of one step through a workspace's rows. A range excludes its lower end.
#[derive(Debug, Clone, Copy)]
pub struct DetachStep<K> {
    /// Range of the step, if any of its rows refers to the member.
    pub found: Option<(K, K)>,
    /// Start of the next step, if there are more rows.
    pub next: ControlFlow<(), Option<K>>,
}

/// Scans the next messages in id order.
pub fn scan_messages(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    after: Option<MessageId>,
    limit: i64,
) -> Result<DetachStep<MessageId>> {
    let after = after.unwrap_or(Id::MIN);
    let rows = tx.query_all(&sql::AUTHORS, params![ws, &after, limit], |row| {
        Ok((row.id(0)?, row.opt_int(1)? == Some(member)))
    })?;
    Ok(build_step(&rows, after, limit))
}

/// Scans the next log entries that are not messages.
pub fn scan_entries(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    after: Option<LogPosition>,
    limit: i64,
) -> Result<DetachStep<LogPosition>> {
    let after = after.unwrap_or((0, 0));
    let rows = tx.query_all(&sql::ACTORS, params![ws, after.0, after.1, limit], |row| {
        Ok(((row.int(0)?, row.int(1)?), row.opt_int(2)? == Some(member)))
    })?;
    Ok(build_step(&rows, after, limit))
}

fn build_step<K: Copy>(rows: &[(K, bool)], after: K, limit: i64) -> DetachStep<K> {
    let last = rows.last().map(|(key, _)| *key);
    let is_end = i64::try_from(rows.len()).is_ok_and(|count| count < limit);
    DetachStep {
        found: last
            .filter(|_| rows.iter().any(|row| row.1))
            .map(|last| (after, last)),
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
) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(
        &sql::DETACH_HOLDER_IN,
        params![ws, member, &after, &until, at],
    )
    .map(drop)
}

/// Clears the member as author of the messages of a range.
pub fn detach_messages(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    (after, until): (MessageId, MessageId),
) -> Result<()> {
    tx.execute(&sql::DETACH_AUTHOR_IN, params![ws, member, &after, &until])
        .map(drop)
}

/// Clears the member as actor of the log entries of a range.
pub fn detach_entries(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    (after, until): (LogPosition, LogPosition),
) -> Result<()> {
    let range = params![ws, member, after.0, after.1, until.0, until.1];
    tx.execute(&sql::DETACH_ACTOR_IN, range).map(drop)
}

/// Removes all references to a member and deletes it. Its messages stay, without an author. Its direct conversations
/// must be deleted before, and older references removed in steps: only those may be left that lie in conversations in
/// which it participates and are newer than the message with number `since`.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64, since: i64) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::DETACH_AUTHOR, params![ws, number, since])?;
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
    let plain: [&'static SqlStatement; 16] = [
        &vote::DELETE_OF_MEMBER,
        &follow::DELETE_OF_FOLLOWER,
        &follow::DELETE_OF_FOLLOWEE,
        &sql::DELETE_MENTIONS,
        &sql::DELETE_FILTERS,
        &sql::DELETE_LABELS,
        &sql::DELETE_THREAD_SUBJECTS,
        &sql::DETACH_DRAFTS,
        &turn::DELETE_OF_ASSISTANT,
        &sql::DETACH_ACTOR,
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
