//! Threads by what happened last, and the role a session must carry to see one.

use parlor_model::conversation::Conversation;
use parlor_model::id::{ConversationId, CustomRoleId};
use parlor_model::{Result, Timestamp};

use super::conversation::{COLUMN_COUNT, from_row};
use crate::sql::thread as sql;
use crate::visibility::SpaceView;
use crate::{Row, Tx, params};

/// A thread, the role it is bound to, and how its maker spelled whom it is for.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "each is the entity or column of its name")]
pub struct ThreadRow {
    pub conversation: Conversation,
    pub role: Option<CustomRoleId>,
    pub user_id: Option<String>,
    pub temporal_user_id: Option<String>,
}

/// Which threads a page shows. Nothing need restrict.
#[derive(Debug, Clone, Default)]
pub struct ThreadPageFilter {
    /// The number of the space.
    pub space: Option<i64>,
    /// The number of the role.
    pub role: Option<i64>,
    /// The user, as it is spelled and by the number of the member that this names.
    pub user: Option<(String, Option<i64>)>,
    /// The temporal user, in the same form.
    pub temporal_user: Option<(String, Option<i64>)>,
}

/// A thread by id.
pub fn find(tx: &mut dyn Tx, ws: i64, id: ConversationId) -> Result<Option<ThreadRow>> {
    tx.query_one(&sql::BY_ID, params![ws, &id], read_thread)
}

/// What changed last first, strictly after a time of change and a number.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    filter: &ThreadPageFilter,
    seen: SpaceView,
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
            seen.gate,
            spelling(&filter.user),
            member_number(&filter.temporal_user),
            spelling(&filter.temporal_user),
            seen.departed
        ],
        read_thread,
    )
}

/// The role a thread is bound to, by the conversation's number.
pub fn find_role(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<CustomRoleId>> {
    tx.query_one(&sql::GATE, params![ws, conversation], |row| row.id(0))
}

/// Shows a thread to sessions with a role alone.
pub fn bind_role(tx: &mut dyn Tx, ws: i64, conversation: i64, role: i64) -> Result<()> {
    tx.execute(&sql::BIND, params![ws, conversation, role])
        .map(drop)
}

/// Keeps how a thread's maker spelled the member it is for.
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

fn member_number(named: &Option<(String, Option<i64>)>) -> Option<i64> {
    named.as_ref().and_then(|(_, member)| *member)
}

fn spelling(named: &Option<(String, Option<i64>)>) -> Option<&str> {
    named.as_ref().map(|(spelling, _)| spelling.as_str())
}

fn read_thread(row: &dyn Row) -> Result<ThreadRow> {
    Ok(ThreadRow {
        conversation: from_row(row)?,
        role: row.opt_id(COLUMN_COUNT)?,
        user_id: row.opt_string(COLUMN_COUNT + 1)?,
        temporal_user_id: row.opt_string(COLUMN_COUNT + 2)?,
    })
}
