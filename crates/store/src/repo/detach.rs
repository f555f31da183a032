//! What a member said and did, in stretches.

use std::ops::ControlFlow;

use parlor_model::id::{ConversationId, MessageId};
use parlor_model::{Id, Result};

use super::rating;
use crate::sql::{follow, member as sql, vote};
use crate::{SqlStatement, Tx, params};

/// A conversation and a position in its log.
type LogPosition = (i64, i64);

/// What a step through a workspace's rows has found. A range excludes its lower end.
#[derive(Debug, Clone, Copy)]
pub struct DetachStep<K> {
    /// The range the step went through, where something of the member is in it.
    pub found: Option<(K, K)>,
    /// Where the next step goes on, if there is more.
    pub next: ControlFlow<(), Option<K>>,
}

/// Looks at the next messages in the order of their ids.
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

/// Looks at the next entries that are no messages.
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

/// Looks at the next conversations in the order of their ids.
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

/// Conversations of a range lose this owner or assistant.
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

/// Messages of a range lose this author.
pub fn detach_messages(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    (after, until): (MessageId, MessageId),
) -> Result<()> {
    tx.execute(&sql::DETACH_AUTHOR_IN, params![ws, member, &after, &until])
        .map(drop)
}

/// Entries of a range lose this actor.
pub fn detach_entries(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    (after, until): (LogPosition, LogPosition),
) -> Result<()> {
    let range = params![ws, member, after.0, after.1, until.0, until.1];
    tx.execute(&sql::DETACH_ACTOR_IN, range).map(drop)
}

/// Takes a member out of everything that refers to it, and removes it. Its messages stay, without an author. Its
/// direct conversations must be gone before, and of what it said and did only that may be left which lies in
/// conversations it takes part in and is newer than the message with the number `since`: what is older is taken away in steps.
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
    let plain: [&'static SqlStatement; 15] = [
        &vote::DELETE_OF_MEMBER,
        &follow::DELETE_OF_FOLLOWER,
        &follow::DELETE_OF_FOLLOWEE,
        &sql::DELETE_MENTIONS,
        &sql::DELETE_FILTERS,
        &sql::DELETE_LABELS,
        &sql::DELETE_THREAD_SUBJECTS,
        &sql::DETACH_DRAFTS,
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
