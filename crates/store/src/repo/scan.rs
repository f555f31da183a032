//! Keyset scans over conversations and messages that pass borrowed rows.

use std::ops::ControlFlow;

use parlor_model::bot_config::BotConfig;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageRole;
use parlor_model::message_details::MessageDetails;
use parlor_model::scan::{ConversationRow, MessageRow};
use parlor_model::{Error, Result, Timestamp};

use super::bounded_rows::to_count;
use crate::sql::scan as sql;
use crate::visibility::Visibility;
use crate::{Row, Tx, params};

/// Bounded part of a scan over the workspace's conversations.
#[derive(Debug, Clone, Copy)]
pub struct ConversationScanWindow {
    /// Visibility.
    pub visibility: Visibility,
    /// Only rows strictly after this time and, among equal times, this id, in scan direction.
    pub after: (Timestamp, ConversationId),
    /// Ascending scans exclude greater ids, so that a scan under constant inserts ends.
    pub until: ConversationId,
    /// Restriction.
    pub scope: ScanScope,
    /// Direction.
    pub order: SortOrder,
    /// Maximum number of rows.
    pub limit: i64,
}

/// Restriction of a scan; members and spaces are row numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are self-explanatory")]
pub enum ScanScope {
    Workspace,
    Subject(i64),
    Space(i64),
}

/// Finds the creation time of a conversation.
pub fn find_created_at(tx: &mut dyn Tx, ws: i64, id: ConversationId) -> Result<Option<Timestamp>> {
    tx.query_one(&sql::CREATED_AT, params![ws, &id], |row| row.time(0))
}

/// Passes conversations with their numbers to `each`, in creation order.
pub fn scan_conversations(
    tx: &mut dyn Tx,
    ws: i64,
    window: &ConversationScanWindow,
    each: &mut dyn FnMut(i64, ConversationRow<'_>) -> Result<()>,
) -> Result<()> {
    let ConversationScanWindow {
        visibility:
            Visibility {
                viewer,
                thread_role: gate,
                ..
            },
        after: (at, id),
        until,
        limit,
        ..
    } = window;
    let mut row = |row: &dyn Row| each(row.int(1)?, read_conversation(row)?);
    let descending = window.order == SortOrder::Descending;
    match (window.scope, descending) {
        (ScanScope::Workspace, true) => tx.query(
            &sql::ALL_DESC,
            params![ws, *viewer, *at, id, *limit, *gate],
            &mut row,
        ),
        (ScanScope::Workspace, false) => tx.query(
            &sql::ALL_ASC,
            params![ws, *viewer, *at, id, *limit, until, *gate],
            &mut row,
        ),
        (ScanScope::Subject(number), true) => tx.query(
            &sql::SUBJECT_DESC,
            params![ws, *viewer, *at, id, *limit, number, *gate],
            &mut row,
        ),
        (ScanScope::Subject(number), false) => tx.query(
            &sql::SUBJECT_ASC,
            params![ws, *viewer, *at, id, *limit, until, number, *gate],
            &mut row,
        ),
        (ScanScope::Space(number), true) => tx.query(
            &sql::SPACE_DESC,
            params![ws, *viewer, *at, id, *limit, number, *gate],
            &mut row,
        ),
        (ScanScope::Space(number), false) => tx.query(
            &sql::SPACE_ASC,
            params![ws, *viewer, *at, id, *limit, until, number, *gate],
            &mut row,
        ),
    }
}

/// Range of `seq`s of a conversation, without both ends.
#[derive(Debug, Clone, Copy)]
pub struct SeqRange {
    /// Only `seq`s after this one.
    pub after: i64,
    /// Only `seq`s before this one.
    pub before: i64,
    /// The direction.
    pub order: SortOrder,
    /// Maximum number of rows.
    pub limit: i64,
    /// Byte limit; the scan may end with the row that reaches it.
    pub max_bytes: i64,
}

/// Passes messages to `each` in `seq` order, until it breaks or the byte limit is reached.
pub fn scan_messages(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    range: &SeqRange,
    each: &mut dyn FnMut(MessageRow<'_>) -> Result<ControlFlow<()>>,
) -> Result<ScanEnd> {
    let statement = match range.order {
        SortOrder::Ascending => &sql::MESSAGES_ASC,
        SortOrder::Descending => &sql::MESSAGES_DESC,
    };
    let bounds = params![
        ws,
        conversation,
        range.after,
        range.before,
        range.limit,
        range.max_bytes
    ];
    let (mut rows, mut bytes, mut ended) = (0, 0_i64, ScanEnd::Complete);
    tx.query_until(statement, bounds, &mut |row| {
        rows += 1;
        for column in [4, 5, 6] {
            bytes += to_count(row.opt_text(column)?.map_or(0, str::len));
        }
        let flow = each(read_message(row)?)?;
        let is_enough = bytes >= range.max_bytes || rows == range.limit;
        if flow.is_break() || is_enough {
            ended = ScanEnd::Interrupted;
            return Ok(ControlFlow::Break(()));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(ended)
}

/// End of one part of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanEnd {
    /// There are no more rows.
    Complete,
    /// The limit was reached or the callback broke: more rows may follow.
    Interrupted,
}

/// Returns the `seq` after which a scan continues for a given message id; for an unknown id, the `seq` at which it
/// would be if ids were in order.
pub fn seq_after_message(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    id: MessageId,
    order: SortOrder,
) -> Result<i64> {
    if let Some(seq) = tx.query_one(&sql::POSITION, params![ws, conversation, &id], |row| {
        row.int(0)
    })? {
        return Ok(seq);
    }
    let (statement, fallback) = match order {
        SortOrder::Ascending => (&sql::LAST_POSITION, 0),
        SortOrder::Descending => (&sql::FIRST_POSITION, i64::MAX),
    };
    let found = tx.query_one(statement, params![ws, conversation, &id], |row| {
        row.opt_int(0)
    })?;
    Ok(found.flatten().unwrap_or(fallback))
}

fn read_conversation(row: &dyn Row) -> Result<ConversationRow<'_>> {
    Ok(ConversationRow {
        id: row.id(0)?,
        title: row.opt_text(2)?,
        description: row.opt_text(3)?,
        space: row.opt_id(4)?,
        contact: row.opt_id(5)?,
        model: row.opt_text(6)?,
        responder: BotConfig::from_text(row.text(7)?),
        metadata: row.text(8)?,
        created_at: row.time(9)?,
        updated_at: row.time(10)?,
    })
}

fn read_message(row: &dyn Row) -> Result<MessageRow<'_>> {
    let details = MessageDetails::from_text(row.opt_text(5)?);
    Ok(MessageRow {
        id: row.id(0)?,
        seq: row.int(1)?,
        role: row.enum_value(2, MessageRole::from_name)?,
        subtype: row.opt_text(3)?,
        text: row
            .opt_text(4)?
            .ok_or_else(|| Error::internal("a message without its text"))?,
        name: details.name,
        description: details.description,
        entities: details.entities.map(|spans| spans.to_string()),
        tool_calls: details.tool_calls,
        tool_result: details.tool_result,
        metadata: row.text(6)?,
        created_at: row.time(7)?,
        updated_at: row.time(8)?,
    })
}
