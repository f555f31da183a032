//! Counts over a workspace's conversations.

use parlor_model::id::{ConversationId, MessageId};
use parlor_model::{Id, Result, Timestamp};

use crate::sql::statistics as sql;
use crate::visibility::Visibility;
use crate::{SqlStatement, Tx, params};

/// Returns pairs of day since the epoch and number of conversations created on it, oldest first; days without any and
/// direct conversations are left out.
pub fn count_daily(
    tx: &mut dyn Tx,
    ws: i64,
    from: Timestamp,
    until: Timestamp,
    visibility: Visibility,
) -> Result<Vec<(i64, i64)>> {
    tx.query_all(
        &sql::DAILY,
        params![
            ws,
            from,
            until,
            visibility.involving,
            visibility.thread_role
        ],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )
}

/// Returns the numbers of open conversations that need a response, longest waiting first. Direct ones are visible to a
/// participating viewer only.
pub fn needs_response(
    tx: &mut dyn Tx,
    ws: i64,
    visibility: Visibility,
    limit: i64,
) -> Result<Vec<i64>> {
    tx.query_all(
        &sql::WAITING,
        params![
            ws,
            visibility.viewer,
            visibility.involving,
            limit,
            visibility.thread_role
        ],
        |row| row.int(0),
    )
}

/// Counts messages in id order, including deleted ones: returns the number after `after`, at most `limit`, and the last
/// counted id.
pub fn count_messages_after(
    tx: &mut dyn Tx,
    ws: i64,
    after: MessageId,
    limit: i64,
) -> Result<(i64, MessageId)> {
    count_after(tx, &sql::MESSAGES_AFTER, ws, after, limit)
}

/// Counts conversations in id order, without direct ones: returns the number after `after`, at most `limit`, and the
/// last counted id.
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

/// Counts messages of a conversation in a `seq` range and a time range, without deleted ones.
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

/// Counts the messages of a workspace whose ids are in a half-open range, including deleted ones.
pub fn count_messages_in_range(
    tx: &mut dyn Tx,
    ws: i64,
    (from, until): (MessageId, MessageId),
) -> Result<i64> {
    tx.query_count(&sql::MESSAGES_IN_RANGE, params![ws, &from, &until])
}

/// Records the name of a called tool.
pub fn record_tool(tx: &mut dyn Tx, ws: i64, name: &str) -> Result<()> {
    tx.execute(&sql::INSERT_TOOL, params![ws, name]).map(drop)
}

/// Returns the names of called tools.
pub fn list_tools(tx: &mut dyn Tx, ws: i64, limit: i64) -> Result<Vec<String>> {
    tx.query_all(&sql::TOOLS, params![ws, limit], |row| row.string(0))
}
