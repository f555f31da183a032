//! Spaces of a workspace.

use parlor_model::id::{MemberId, SpaceId};
use parlor_model::space::{Space, SpaceRow};
use parlor_model::{Error, Metadata, Result, Timestamp};

use super::member::read_opt_ref;
use crate::sql::space as sql;
use crate::{Row, Tx, params};

/// Row of a new space.
#[derive(Debug, Clone, Default)]
#[allow(
    missing_docs,
    reason = "each is the column of its name; members are numbers"
)]
pub struct NewSpaceRow<'a> {
    pub name: Option<&'a str>,
    pub description: Option<&'a str>,
    pub contact: Option<i64>,
    pub owner: Option<i64>,
    pub alias: Option<&'a str>,
    pub blueprint: Option<&'a str>,
    pub metadata: &'a str,
}

/// Inserts a space; `None` if its owner has one or its alias is in use.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &NewSpaceRow<'_>) -> Result<Option<(i64, SpaceId)>> {
    tx.register_insert(ws)?;
    let stamp = tx.next_stamp();
    let id = stamp.id();
    let number = tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &id,
            new.name,
            new.description,
            new.contact,
            new.owner,
            new.alias,
            new.blueprint,
            new.metadata,
            stamp.at,
        ],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| (number, id)))
}

/// Finds a space by id.
pub fn find(tx: &mut dyn Tx, ws: i64, id: SpaceId) -> Result<Option<Space>> {
    tx.query_one(&sql::BY_ID, params![ws, &id], from_row)
}

/// Finds a member's personal space.
pub fn find_by_owner(tx: &mut dyn Tx, ws: i64, owner: i64) -> Result<Option<Space>> {
    tx.query_one(&sql::BY_OWNER, params![ws, owner], from_row)
}

/// Finds the number of a space.
pub fn find_number(tx: &mut dyn Tx, ws: i64, id: SpaceId) -> Result<Option<i64>> {
    tx.query_one(&sql::NUMBER, params![ws, &id], |row| row.int(0))
}

/// Finds the number of a space and of its owner.
pub fn number_and_owner(
    tx: &mut dyn Tx,
    ws: i64,
    id: SpaceId,
) -> Result<Option<(i64, Option<i64>)>> {
    tx.query_one(&sql::PLACE, params![ws, &id], |row| {
        Ok((row.int(0)?, row.opt_int(1)?))
    })
}

/// Finds the number of a space's contact.
pub fn find_contact_number(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<i64>> {
    Ok(tx
        .query_one(&sql::CONTACT, params![ws, number], |row| row.opt_int(0))?
        .flatten())
}

/// Returns whether another space has this alias.
pub fn alias_exists(tx: &mut dyn Tx, ws: i64, alias: &str, except: i64) -> Result<bool> {
    Ok(tx
        .query_one(&sql::ALIAS_TAKEN, params![ws, alias, except], |_| Ok(()))?
        .is_some())
}

/// Writes all mutable columns; the owner is not one of them.
pub fn update(tx: &mut dyn Tx, ws: i64, number: i64, new: &NewSpaceRow<'_>) -> Result<()> {
    let at = tx.next_stamp().at;
    let changed = tx.execute(
        &sql::UPDATE,
        params![
            ws,
            number,
            new.name,
            new.description,
            new.contact,
            new.alias,
            new.blueprint,
            new.metadata,
            at
        ],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::internal("space vanished within its transaction"))
    }
}

/// Sets the default conversation.
pub fn set_default_conversation(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    conversation: i64,
) -> Result<()> {
    tx.execute(&sql::SET_DEFAULT, params![ws, number, conversation])
        .map(drop)
}

/// Removes all conversations from the space; returns their number.
pub fn detach_conversations(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<u64> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::DETACH, params![ws, number, at])
}

/// Returns the numbers of its conversations.
pub fn list_conversations(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::CONVERSATIONS, params![ws, number], |row| row.int(0))
}

/// Deletes the row.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::DELETE, params![ws, number]).map(drop)
}

/// Finds the creation time of a space.
pub fn find_created_at(tx: &mut dyn Tx, ws: i64, id: SpaceId) -> Result<Option<Timestamp>> {
    tx.query_one(&sql::CREATED_AT, params![ws, &id], |row| row.time(0))
}

/// Bounded part of a scan over the workspace's spaces.
#[derive(Debug, Clone, Copy)]
pub struct SpaceScanWindow {
    /// Only rows strictly after this time and, among equal times, this id, in scan direction.
    pub after: (Timestamp, SpaceId),
    /// Ascending scans exclude greater ids, so that a scan under constant inserts ends.
    pub until: SpaceId,
    /// Only spaces of this contact, by number.
    pub contact: Option<i64>,
    /// Maximum number of rows.
    pub limit: i64,
}

/// Passes rows to `each`, newest first.
pub fn scan_descending(
    tx: &mut dyn Tx,
    ws: i64,
    window: &SpaceScanWindow,
    each: &mut dyn FnMut(SpaceRow<'_>) -> Result<()>,
) -> Result<()> {
    let SpaceScanWindow {
        after,
        contact,
        limit,
        ..
    } = window;
    let (at, id) = after;
    let mut row = |row: &dyn Row| each(read_row(row)?);
    match contact {
        None => tx.query(&sql::PAGE_DESC, params![ws, *at, id, *limit], &mut row),
        Some(contact) => tx.query(
            &sql::CONTACT_DESC,
            params![ws, *at, id, *limit, *contact],
            &mut row,
        ),
    }
}

/// Passes rows to `each`, oldest first.
pub fn scan_ascending(
    tx: &mut dyn Tx,
    ws: i64,
    window: &SpaceScanWindow,
    each: &mut dyn FnMut(SpaceRow<'_>) -> Result<()>,
) -> Result<()> {
    let SpaceScanWindow {
        after,
        until,
        contact,
        limit,
    } = window;
    let (at, id) = after;
    let mut row = |row: &dyn Row| each(read_row(row)?);
    match contact {
        None => tx.query(
            &sql::PAGE_ASC,
            params![ws, *at, id, *limit, until],
            &mut row,
        ),
        Some(contact) => tx.query(
            &sql::CONTACT_ASC,
            params![ws, *at, id, *limit, until, *contact],
            &mut row,
        ),
    }
}

fn read_row(row: &dyn Row) -> Result<SpaceRow<'_>> {
    Ok(SpaceRow {
        id: row.id(0)?,
        name: row.opt_text(1)?,
        description: row.opt_text(2)?,
        contact: row.opt_id(3)?,
        alias: row.opt_text(4)?,
        blueprint: row.opt_text(5)?,
        metadata: row.text(6)?,
        created_at: row.time(7)?,
        updated_at: row.time(8)?,
    })
}

fn from_row(row: &dyn Row) -> Result<Space> {
    let contact: Option<MemberId> = row.opt_id(4)?;
    Ok(Space {
        number: row.int(0)?,
        id: row.id(1)?,
        name: row.opt_string(2)?,
        description: row.opt_string(3)?,
        contact,
        alias: row.opt_string(5)?,
        blueprint: row.opt_string(6)?,
        default_conversation: row.opt_id(7)?,
        metadata: Metadata::from_text(row.text(8)?),
        created_at: row.time(9)?,
        updated_at: row.time(10)?,
        owner: read_opt_ref(row, 11)?,
    })
}
