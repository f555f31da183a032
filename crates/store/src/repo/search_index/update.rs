//! Updating the index when rows change. Deleted rows are removed from it by the schema.

use parlor_model::Result;

use crate::ngram::{NgramGranularity, index_terms};
use crate::sql::search as sql;
use crate::{Row, SqlStatement, Tx, params};

/// Re-indexes a message; call before its text is written.
pub(in crate::repo) fn reindex_message(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    new: &str,
) -> Result<()> {
    let old = tx.query_one(&sql::TEXT, params![ws, number], |row| {
        Ok((row.int(0)?, row.opt_string(1)?))
    })?;
    match old {
        Some((conversation, old)) if old.as_deref() != Some(new) => {
            let terms = index_terms(ws, Some(conversation), new, NgramGranularity::Coarse);
            tx.execute(&sql::PUT_MESSAGE, params![ws, number, &terms])
                .map(drop)
        }
        _ => Ok(()),
    }
}

/// Removes a message from the index; call when its text is cleared.
pub(in crate::repo) fn unindex_message(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::ERASE_MESSAGE, params![ws, number])
        .map(drop)
}

/// Re-indexes a title; call before it is written.
pub(in crate::repo) fn reindex_title(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    new: Option<&str>,
) -> Result<()> {
    reindex_short_text(tx, ws, number, new, &sql::TITLE, &sql::PUT_TITLE)
}

/// Re-indexes a name; call before it is written.
pub(in crate::repo) fn reindex_name(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    new: Option<&str>,
) -> Result<()> {
    reindex_short_text(tx, ws, number, new, &sql::NAME, &sql::PUT_NAME)
}

fn reindex_short_text(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    new: Option<&str>,
    old: &'static SqlStatement,
    put: &'static SqlStatement,
) -> Result<()> {
    let old = tx.query_one(old, params![ws, number], |row: &dyn Row| row.opt_string(0))?;
    if old.is_none_or(|old| old.as_deref() == new) {
        return Ok(());
    }
    let terms = index_terms(ws, None, new.unwrap_or(""), NgramGranularity::Fine);
    tx.execute(put, params![ws, number, &terms]).map(drop)
}
