//! Saved filters, each visible to its owner only.

use parlor_model::id::{IdOrNumber, SavedFilterId};
use parlor_model::saved_filter::{SavedFilter, SavedFilterKey};
use parlor_model::{Result, Timestamp};
use serde_json::Value;

use crate::sql::saved_filter as sql;
use crate::{Row, Tx, params};

/// Inserts a filter; `None` if its owner has one with this name.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    owner: i64,
    name: &str,
    rules: &Value,
) -> Result<Option<SavedFilter>> {
    let stamp = tx.next_stamp();
    let id: SavedFilterId = stamp.id();
    let text = rules.to_string();
    let number = tx.query_one(
        &sql::INSERT,
        params![ws, &id, owner, name, &text, stamp.at],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| SavedFilter {
        number,
        id,
        name: name.to_owned(),
        rules: rules.clone(),
        created_at: stamp.at,
        updated_at: stamp.at,
    }))
}

/// Finds a filter of an owner.
pub fn find(
    tx: &mut dyn Tx,
    ws: i64,
    owner: i64,
    key: SavedFilterKey,
) -> Result<Option<SavedFilter>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::BY_ID, params![ws, owner, &id], from_row),
        IdOrNumber::Number(number) => {
            tx.query_one(&sql::BY_NUMBER, params![ws, owner, number], from_row)
        }
    }
}

/// Returns whether another filter of the owner has this name.
pub fn name_exists(tx: &mut dyn Tx, ws: i64, owner: i64, name: &str, except: i64) -> Result<bool> {
    let wanted = params![ws, owner, name, except];
    Ok(tx
        .query_one(&sql::NAME_TAKEN, wanted, |_| Ok(()))?
        .is_some())
}

/// Returns one page of an owner's filters by offset in name order, and the total.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    owner: i64,
    limit: i64,
    offset: i64,
) -> Result<(Vec<SavedFilter>, i64)> {
    let rows = tx.query_all(&sql::PAGE, params![ws, owner, limit, offset], from_row)?;
    Ok((rows, tx.query_count(&sql::COUNT, params![ws, owner])?))
}

/// Writes all mutable columns; returns the time of the change.
pub fn update(tx: &mut dyn Tx, ws: i64, filter: &SavedFilter) -> Result<Timestamp> {
    let at = tx.next_stamp().at;
    let rules = filter.rules.to_string();
    let columns = params![ws, filter.number, &filter.name, &rules, at];
    tx.execute(&sql::UPDATE, columns)?;
    Ok(at)
}

/// Deletes the row.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::DELETE, params![ws, number]).map(drop)
}

fn from_row(row: &dyn Row) -> Result<SavedFilter> {
    Ok(SavedFilter {
        number: row.int(0)?,
        id: row.id(1)?,
        name: row.string(2)?,
        rules: serde_json::from_str(row.text(3)?).unwrap_or_default(),
        created_at: row.time(4)?,
        updated_at: row.time(5)?,
    })
}
