//! What is counted over a workspace's conversations.

use parlor_model::{Result, Timestamp};

use crate::sql::statistics as sql;
use crate::visibility::Visibility;
use crate::{Tx, params};

/// How many conversations were made on each day that has some: days since the epoch and counts, oldest first; direct
/// ones apart.
pub fn daily(
    tx: &mut dyn Tx,
    ws: i64,
    from: Timestamp,
    until: Timestamp,
    seen: Visibility,
) -> Result<Vec<(i64, i64)>> {
    tx.all(
        &sql::DAILY,
        params![ws, from, until, seen.involving, seen.gate],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )
}

/// The numbers of the open conversations a person has to answer, longest waiting first. Direct ones are shown to the
/// viewer that takes part.
pub fn waiting(tx: &mut dyn Tx, ws: i64, seen: Visibility, limit: i64) -> Result<Vec<i64>> {
    tx.all(
        &sql::WAITING,
        params![ws, seen.viewer, seen.involving, limit, seen.gate],
        |row| row.int(0),
    )
}

/// Remembers the name of a tool that is called.
pub fn note_tool(tx: &mut dyn Tx, ws: i64, name: &str) -> Result<()> {
    tx.execute(&sql::INSERT_TOOL, params![ws, name]).map(drop)
}

/// The names of the tools that were called.
pub fn tools(tx: &mut dyn Tx, ws: i64, limit: i64) -> Result<Vec<String>> {
    tx.all(&sql::TOOLS, params![ws, limit], |row| row.string(0))
}
