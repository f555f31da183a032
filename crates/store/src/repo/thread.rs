//! Threads by time of change, and the role that a session needs to see one.

use parlor_model::conversation::Conversation;
use parlor_model::id::{ConversationId, CustomRoleId};
use parlor_model::{Result, Timestamp};

use super::conversation::{COLUMN_COUNT, from_row};
use crate::sql::thread as sql;
use crate::visibility::SpaceView;
use crate::{Row, Tx, params};

/// Thread with the role it is bound to and the user ids as its creator gave them.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "each is the entity or column of its name")]
pub struct ThreadRow {
    pub conversation: Conversation,
    pub role: Option<CustomRoleId>,
    pub user_id: Option<String>,
    pub temporal_user_id: Option<String>,
}

/// Filter of a page of threads; every field is optional.
#[derive(Debug, Clone, Default)]
pub struct ThreadPageFilter {
    /// Space number.
    pub space: Option<i64>,
    /// Role number.
    pub role: Option<i64>,
    /// User id as given, and the number of the member that it identifies.
    pub user: Option<(String, Option<i64>)>,
    /// Temporal user id as given, and the number of the member that it identifies.
    pub temporal_user: Option<(String, Option<i64>)>,
}

/// Finds a thread by id.
pub fn find(tx: &mut dyn Tx, ws: i64, id: ConversationId) -> Result<Option<ThreadRow>> {
    tx.query_one(&sql::BY_ID, params![ws, &id], read_thread)
}

/// Returns one page of threads, last changed first, strictly after a time of change and number.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    filter: &ThreadPageFilter,
    view: SpaceView,
    after: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<ThreadRow>> {
    let (at, number) = after.unwrap_or((Timestamp::from_micros(i64::MAX), i64::MAX));
    tx.query_all(
        &sql::PAGE,
        params![
            ws,
            filter.space,
            member_number(&filter.user),
            filter.role,
            at,
            number,
            limit,
            view.gate,
            spelling(&filter.user),
            member_number(&filter.temporal_user),
            spelling(&filter.temporal_user),
            view.departed
        ],
        read_thread,
    )
}

/// Finds the role that a thread is bound to.
pub fn find_role(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<CustomRoleId>> {
    tx.query_one(&sql::GATE, params![ws, conversation], |row| row.id(0))
}

/// Binds a thread to a role: only sessions with the role see it.
pub fn bind_role(tx: &mut dyn Tx, ws: i64, conversation: i64, role: i64) -> Result<()> {
    tx.execute(&sql::BIND, params![ws, conversation, role])
        .map(drop)
}

/// Stores the user ids by which a thread's creator identified its subject.
pub fn insert_subject(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    member: i64,
    user_id: Option<&str>,
    temporal_user_id: Option<&str>,
) -> Result<()> {
    tx.execute(
        &sql::INSERT_SUBJECT,
        params![ws, conversation, member, user_id, temporal_user_id],
    )
    .map(drop)
}

fn member_number(user: &Option<(String, Option<i64>)>) -> Option<i64> {
    user.as_ref().and_then(|(_, member)| *member)
}

fn spelling(user: &Option<(String, Option<i64>)>) -> Option<&str> {
    user.as_ref().map(|(spelling, _)| spelling.as_str())
}

fn read_thread(row: &dyn Row) -> Result<ThreadRow> {
    Ok(ThreadRow {
        conversation: from_row(row)?,
        role: row.opt_id(COLUMN_COUNT)?,
        user_id: row.opt_string(COLUMN_COUNT + 1)?,
        temporal_user_id: row.opt_string(COLUMN_COUNT + 2)?,
    })
}
