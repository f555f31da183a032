//! Threads by what happened last, and the role a session must carry to see one.

use parlor_model::conversation::Conversation;
use parlor_model::id::{ConversationId, RoleId};
use parlor_model::{Result, Timestamp};

use super::conversation::{COLUMNS, read};
use crate::sql::thread as sql;
use crate::{Row, Tx, params};

/// A thread and the role it is bound to.
pub type Bound = (Conversation, Option<RoleId>);

/// Which threads a page shows; numbers, none of which need restrict.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs, reason = "each is the entity of its name")]
pub struct Only {
    pub space: Option<i64>,
    pub subject: Option<i64>,
    pub role: Option<i64>,
}

/// A thread by id.
pub fn find(tx: &mut dyn Tx, ws: i64, id: ConversationId) -> Result<Option<Bound>> {
    tx.one(&sql::BY_ID, params![ws, &id], bound)
}

/// What changed last first, strictly after a time of change and a number.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    only: Only,
    gate: Option<i64>,
    after: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<Bound>> {
    let (at, number) = after.unwrap_or((Timestamp::from_micros(i64::MAX), i64::MAX));
    tx.all(
        &sql::PAGE,
        params![
            ws,
            only.space,
            only.subject,
            only.role,
            at,
            number,
            limit,
            gate
        ],
        bound,
    )
}

/// The role a thread is bound to, by the conversation's number.
pub fn gate(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<RoleId>> {
    tx.one(&sql::GATE, params![ws, conversation], |row| row.id(0))
}

/// Shows a thread to sessions with a role alone.
pub fn bind(tx: &mut dyn Tx, ws: i64, conversation: i64, role: i64) -> Result<()> {
    tx.execute(&sql::BIND, params![ws, conversation, role])
        .map(drop)
}

fn bound(row: &dyn Row) -> Result<Bound> {
    Ok((read(row)?, row.opt_id(COLUMNS)?))
}
