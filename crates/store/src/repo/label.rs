//! Labels, and which conversations and members bear them.

use parlor_model::Result;
use parlor_model::id::{LabelId, Locator};
use parlor_model::label::{Label, LabelKey};

use super::search::listed;
use crate::sql::label as sql;
use crate::{Row, Tx, params};

/// Makes a label; `None` when its name is taken.
pub fn insert(tx: &mut dyn Tx, ws: i64, name: &str, color: Option<&str>) -> Result<Option<Label>> {
    let stamp = tx.stamp();
    let id: LabelId = stamp.id();
    let number = tx.one(
        &sql::INSERT,
        params![ws, &id, name, color, stamp.at],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| Label {
        number,
        id,
        name: name.to_owned(),
        color: color.map(str::to_owned),
        created_at: stamp.at,
    }))
}

/// One.
pub fn find(tx: &mut dyn Tx, ws: i64, key: LabelKey) -> Result<Option<Label>> {
    match key {
        Locator::Id(id) => tx.one(&sql::BY_ID, params![ws, &id], read),
        Locator::Number(number) => tx.one(&sql::BY_NUMBER, params![ws, number], read),
    }
}

/// One by its name.
pub fn find_by_name(tx: &mut dyn Tx, ws: i64, name: &str) -> Result<Option<Label>> {
    tx.one(&sql::BY_NAME, params![ws, name], read)
}

/// A numbered page by name, and how many there are.
pub fn page(tx: &mut dyn Tx, ws: i64, limit: i64, offset: i64) -> Result<(Vec<Label>, i64)> {
    let rows = tx.all(&sql::PAGE, params![ws, limit, offset], read)?;
    Ok((rows, tx.count(&sql::COUNT, params![ws])?))
}

/// Writes every changeable column back.
pub fn update(tx: &mut dyn Tx, ws: i64, label: &Label) -> Result<()> {
    let columns = params![ws, label.number, &label.name, &label.color];
    tx.execute(&sql::UPDATE, columns).map(drop)
}

/// Removes it from every conversation and member, and altogether.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::TAKE_OFF_ALL, params![ws, number])?;
    tx.execute(&sql::TAKE_OFF_ALL_MEMBERS, params![ws, number])?;
    tx.execute(&sql::DELETE, params![ws, number]).map(drop)
}

/// A conversation bears a label from now on. Tells whether it did not before.
pub fn put_on(tx: &mut dyn Tx, ws: i64, conversation: i64, label: i64) -> Result<bool> {
    let rows = tx.execute(&sql::PUT_ON, params![ws, conversation, label])?;
    Ok(rows > 0)
}

/// A conversation bears a label no more. Tells whether it did before.
pub fn take_off(tx: &mut dyn Tx, ws: i64, conversation: i64, label: i64) -> Result<bool> {
    let rows = tx.execute(&sql::TAKE_OFF, params![ws, conversation, label])?;
    Ok(rows > 0)
}

/// The labels of a conversation, by name.
pub fn of_conversation(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Vec<Label>> {
    tx.all(&sql::OF_CONVERSATION, params![ws, conversation], read)
}

/// A member bears exactly these labels from now on.
pub fn set_of_member(tx: &mut dyn Tx, ws: i64, member: i64, labels: &[i64]) -> Result<()> {
    tx.execute(&sql::CLEAR_MEMBER, params![ws, member])?;
    for label in labels {
        tx.execute(&sql::PUT_ON_MEMBER, params![ws, member, *label])?;
    }
    Ok(())
}

/// The names of the labels that members bear, with the member's number, by member and name.
pub fn of_members(tx: &mut dyn Tx, ws: i64, members: &[i64]) -> Result<Vec<(i64, String)>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    tx.all(&sql::OF_MEMBERS, params![ws, &listed(members)], |row| {
        Ok((row.int(0)?, row.string(1)?))
    })
}

fn read(row: &dyn Row) -> Result<Label> {
    Ok(Label {
        number: row.int(0)?,
        id: row.id(1)?,
        name: row.string(2)?,
        color: row.opt_string(3)?,
        created_at: row.time(4)?,
    })
}
