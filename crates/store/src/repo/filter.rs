//! Saved filters. Each is its owner's alone.

use parlor_model::filter::{Filter, FilterKey};
use parlor_model::id::{FilterId, Locator};
use parlor_model::{Result, Timestamp};
use serde_json::Value;

use crate::sql::filter as sql;
use crate::{Row, Tx, params};

/// Makes a filter; `None` when its owner has one of the name.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    owner: i64,
    name: &str,
    rules: &Value,
) -> Result<Option<Filter>> {
    let stamp = tx.stamp();
    let id: FilterId = stamp.id();
    let text = rules.to_string();
    let number = tx.one(
        &sql::INSERT,
        params![ws, &id, owner, name, &text, stamp.at],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| Filter {
        number,
        id,
        name: name.to_owned(),
        rules: rules.clone(),
        created_at: stamp.at,
        updated_at: stamp.at,
    }))
}

/// One of an owner's.
pub fn find(tx: &mut dyn Tx, ws: i64, owner: i64, key: FilterKey) -> Result<Option<Filter>> {
    match key {
        Locator::Id(id) => tx.one(&sql::BY_ID, params![ws, owner, &id], read),
        Locator::Number(number) => tx.one(&sql::BY_NUMBER, params![ws, owner, number], read),
    }
}

/// Whether another filter of the owner's has this name.
pub fn name_is_taken(
    tx: &mut dyn Tx,
    ws: i64,
    owner: i64,
    name: &str,
    except: i64,
) -> Result<bool> {
    let wanted = params![ws, owner, name, except];
    Ok(tx.one(&sql::NAME_TAKEN, wanted, |_| Ok(()))?.is_some())
}

/// A numbered page of an owner's by name, and how many it has.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    owner: i64,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Filter>, i64)> {
    let rows = tx.all(&sql::PAGE, params![ws, owner, limit, offset], read)?;
    Ok((rows, tx.count(&sql::COUNT, params![ws, owner])?))
}

/// Writes every changeable column back, and gives when.
pub fn update(tx: &mut dyn Tx, ws: i64, filter: &Filter) -> Result<Timestamp> {
    let at = tx.stamp().at;
    let rules = filter.rules.to_string();
    let columns = params![ws, filter.number, &filter.name, &rules, at];
    tx.execute(&sql::UPDATE, columns)?;
    Ok(at)
}

/// Removes it.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::DELETE, params![ws, number]).map(drop)
}

fn read(row: &dyn Row) -> Result<Filter> {
    Ok(Filter {
        number: row.int(0)?,
        id: row.id(1)?,
        name: row.string(2)?,
        rules: serde_json::from_str(row.text(3)?).unwrap_or_default(),
        created_at: row.time(4)?,
        updated_at: row.time(5)?,
    })
}
