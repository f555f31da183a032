//! Keeping the index true to rows that change. Rows that are removed leave it by the schema's own doing.

use parlor_model::Result;

use crate::grams::{Fineness, of_text};
use crate::sql::search as sql;
use crate::{Row, Stmt, Tx, params};

/// Call before a message's text is written.
pub(in crate::repo) fn reword(tx: &mut dyn Tx, ws: i64, number: i64, new: &str) -> Result<()> {
    let old = tx.one(&sql::TEXT, params![ws, number], |row| {
        Ok((row.int(0)?, row.opt_string(1)?))
    })?;
    match old {
        Some((conversation, old)) if old.as_deref() != Some(new) => {
            let grams = of_text(ws, Some(conversation), new, Fineness::Coarse);
            tx.execute(&sql::PUT_MESSAGE, params![ws, number, &grams])
                .map(drop)
        }
        _ => Ok(()),
    }
}

/// Call when a message's text is taken away.
pub(in crate::repo) fn erase(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::ERASE_MESSAGE, params![ws, number])
        .map(drop)
}

/// Call before a conversation's title is written.
pub(in crate::repo) fn retitle(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    new: Option<&str>,
) -> Result<()> {
    renamed(tx, ws, number, new, &sql::TITLE, &sql::PUT_TITLE)
}

/// Call before a member's name is written.
pub(in crate::repo) fn rename(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    new: Option<&str>,
) -> Result<()> {
    renamed(tx, ws, number, new, &sql::NAME, &sql::PUT_NAME)
}

fn renamed(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    new: Option<&str>,
    old: &'static Stmt,
    put: &'static Stmt,
) -> Result<()> {
    let old = tx.one(old, params![ws, number], |row: &dyn Row| row.opt_string(0))?;
    if old.is_none_or(|old| old.as_deref() == new) {
        return Ok(());
    }
    let grams = of_text(ws, None, new.unwrap_or(""), Fineness::Fine);
    tx.execute(put, params![ws, number, &grams]).map(drop)
}
