//! Pairs of members: which direct conversation belongs to two members.

use parlor_model::Result;

use crate::sql::conversation as sql;
use crate::{Tx, params};

/// Finds the direct conversation of two members, in either order.
pub fn find(tx: &mut dyn Tx, ws: i64, one: i64, other: i64) -> Result<Option<i64>> {
    tx.query_one(
        &sql::PAIR,
        params![ws, one.min(other), one.max(other)],
        |row| row.int(0),
    )
}

/// Claims a pair for a conversation. If another transaction claimed it concurrently, this transaction is retried.
pub fn insert(tx: &mut dyn Tx, ws: i64, one: i64, other: i64, conversation: i64) -> Result<()> {
    tx.execute(
        &sql::INSERT_PAIR,
        params![ws, one.min(other), one.max(other), conversation],
    )
    .map(drop)
}

/// Releases the pair of a direct conversation: the two members may start another one.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::DELETE_PAIR, params![ws, number]).map(drop)
}
