//! Labels, and their attachment to conversations and members.

use parlor_model::Result;
use parlor_model::id::{IdOrNumber, LabelId};
use parlor_model::label::{Label, LabelKey};

use super::param::to_json_array;
use crate::sql::label as sql;
use crate::{Row, Tx, params};

/// Inserts a label; `None` if its name is in use.
pub fn insert(tx: &mut dyn Tx, ws: i64, name: &str, color: Option<&str>) -> Result<Option<Label>> {
    let stamp = tx.next_stamp();
    let id: LabelId = stamp.id();
    let number = tx.query_one(
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

/// Finds one by id or number.
pub fn find(tx: &mut dyn Tx, ws: i64, key: LabelKey) -> Result<Option<Label>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        IdOrNumber::Number(number) => tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row),
    }
}

/// Finds a label by name.
pub fn find_by_name(tx: &mut dyn Tx, ws: i64, name: &str) -> Result<Option<Label>> {
    tx.query_one(&sql::BY_NAME, params![ws, name], from_row)
}

/// Returns one page by offset in name order, and the total number of rows.
pub fn page(tx: &mut dyn Tx, ws: i64, limit: i64, offset: i64) -> Result<(Vec<Label>, i64)> {
    let rows = tx.query_all(&sql::PAGE, params![ws, limit, offset], from_row)?;
    Ok((rows, tx.query_count(&sql::COUNT, params![ws])?))
}

/// Writes all mutable columns.
pub fn update(tx: &mut dyn Tx, ws: i64, label: &Label) -> Result<()> {
    let columns = params![ws, label.number, &label.name, &label.color];
    tx.execute(&sql::UPDATE, columns).map(drop)
}

/// Detaches a label from all conversations and members and deletes it.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::TAKE_OFF_ALL, params![ws, number])?;
    tx.execute(&sql::TAKE_OFF_ALL_MEMBERS, params![ws, number])?;
    tx.execute(&sql::DELETE, params![ws, number]).map(drop)
}

/// Attaches a label to a conversation; returns whether it was not attached before.
pub fn attach(tx: &mut dyn Tx, ws: i64, conversation: i64, label: i64) -> Result<bool> {
    let rows = tx.execute(&sql::PUT_ON, params![ws, conversation, label])?;
    Ok(rows > 0)
}

/// Detaches a label from a conversation; returns whether it was attached before.
pub fn detach(tx: &mut dyn Tx, ws: i64, conversation: i64, label: i64) -> Result<bool> {
    let rows = tx.execute(&sql::TAKE_OFF, params![ws, conversation, label])?;
    Ok(rows > 0)
}

/// Returns the labels of a conversation, by name.
pub fn list_for_conversation(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Vec<Label>> {
    tx.query_all(&sql::OF_CONVERSATION, params![ws, conversation], from_row)
}

/// Replaces the labels of a member.
pub fn set_for_member(tx: &mut dyn Tx, ws: i64, member: i64, labels: &[i64]) -> Result<()> {
    tx.execute(&sql::CLEAR_MEMBER, params![ws, member])?;
    for label in labels {
        tx.execute(&sql::PUT_ON_MEMBER, params![ws, member, *label])?;
    }
    Ok(())
}

/// Returns pairs of member number and label name, by member and name.
pub fn list_names_for_members(
    tx: &mut dyn Tx,
    ws: i64,
    members: &[i64],
) -> Result<Vec<(i64, String)>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    tx.query_all(
        &sql::OF_MEMBERS,
        params![ws, &to_json_array(members)],
        |row| Ok((row.int(0)?, row.string(1)?)),
    )
}

fn from_row(row: &dyn Row) -> Result<Label> {
    Ok(Label {
        number: row.int(0)?,
        id: row.id(1)?,
        name: row.string(2)?,
        color: row.opt_string(3)?,
        created_at: row.time(4)?,
    })
}
