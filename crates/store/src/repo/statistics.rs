//! What is counted over a workspace's conversations.

use parlor_model::id::{ConversationId, MessageId};
use parlor_model::{Id, Result, Timestamp};

use crate::sql::statistics as sql;
use crate::visibility::Visibility;
use crate::{SqlStatement, Tx, params};

/// How many conversations were made on each day that has some: days since the epoch and counts, oldest first; direct
/// ones apart.
pub fn count_daily(
    tx: &mut dyn Tx,
    ws: i64,
    from: Timestamp,
    until: Timestamp,
    seen: Visibility,
) -> Result<Vec<(i64, i64)>> {
    tx.query_all(
        &sql::DAILY,
        params![ws, from, until, seen.involving, seen.thread_role],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )
}

/// The numbers of the open conversations a person has to answer, longest waiting first. Direct ones are shown to the
/// viewer that takes part.
pub fn needs_response(tx: &mut dyn Tx, ws: i64, seen: Visibility, limit: i64) -> Result<Vec<i64>> {
    tx.query_all(
        &sql::WAITING,
        params![ws, seen.viewer, seen.involving, limit, seen.thread_role],
        |row| row.int(0),
    )
}

/// Counts messages of a workspace in the order of their ids, deleted ones too: how many there are after one of them, at
/// most `limit`, and the last of these.
pub fn count_messages_after(
    tx: &mut dyn Tx,
    ws: i64,
    after: MessageId,
    limit: i64,
) -> Result<(i64, MessageId)> {
    count_after(tx, &sql::MESSAGES_AFTER, ws, after, limit)
}

/// The same of conversations but for direct ones.
pub fn count_conversations_after(
    tx: &mut dyn Tx,
    ws: i64,
    after: ConversationId,
    limit: i64,
) -> Result<(i64, ConversationId)> {
    count_after(tx, &sql::CONVERSATIONS_AFTER, ws, after, limit)
}

fn count_after<K>(
    tx: &mut dyn Tx,
    statement: &'static SqlStatement,
    ws: i64,
    after: Id<K>,
    limit: i64,
) -> Result<(i64, Id<K>)> {
    let (mut count, mut last) = (0, after);
    tx.query(statement, params![ws, &after, limit], &mut |row| {
        count += 1;
        last = row.id(0)?;
        Ok(())
    })?;
    Ok((count, last))
}

/// How many messages of a conversation are still there behind a position, up to another, and of a time.
pub fn count_messages_between(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    (after, until): (i64, i64),
    (from, to): (Timestamp, Timestamp),
) -> Result<i64> {
    let values = params![ws, conversation, after, until, from, to];
    tx.query_count(&sql::MESSAGES_BETWEEN, values)
}

/// Remembers the name of a tool that is called.
pub fn record_tool(tx: &mut dyn Tx, ws: i64, name: &str) -> Result<()> {
    tx.execute(&sql::INSERT_TOOL, params![ws, name]).map(drop)
}

/// The names of the tools that were called.
pub fn list_tools(tx: &mut dyn Tx, ws: i64, limit: i64) -> Result<Vec<String>> {
    tx.query_all(&sql::TOOLS, params![ws, limit], |row| row.string(0))
}
