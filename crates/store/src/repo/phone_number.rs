//! Phone numbers of a workspace.

use parlor_model::conversation::Medium;
use parlor_model::id::{IdOrNumber, PhoneNumberId};
use parlor_model::phone_number::{PhoneNumber, PhoneNumberKey};
use parlor_model::phone_options::PhoneOptions;
use parlor_model::{Error, Result};

use crate::sql::phone_number as sql;
use crate::{Row, Tx, params};

/// Row of a new phone number.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct NewPhoneNumberRow<'a> {
    pub e164: &'a str,
    pub name: Option<&'a str>,
    pub sms: bool,
    pub voice: bool,
    pub is_default: bool,
}

/// Inserts a phone number; `None` if the workspace already has it.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    new: &NewPhoneNumberRow<'_>,
) -> Result<Option<PhoneNumber>> {
    let stamp = tx.next_stamp();
    let id: PhoneNumberId = stamp.id();
    let number = tx.query_one(
        &sql::INSERT_PHONE,
        params![
            ws,
            &id,
            new.e164,
            new.name,
            new.sms,
            new.voice,
            new.is_default,
            stamp.at
        ],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| PhoneNumber {
        number,
        id,
        e164: new.e164.to_owned(),
        name: new.name.map(str::to_owned),
        sms: new.sms,
        voice: new.voice,
        is_default: new.is_default,
        options: PhoneOptions::default(),
        default_workflow: None,
        archived_at: None,
        created_at: stamp.at,
    }))
}

/// Finds one by id or number, including archived ones.
pub fn find(tx: &mut dyn Tx, ws: i64, key: PhoneNumberKey) -> Result<Option<PhoneNumber>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::PHONE_BY_ID, params![ws, &id], from_row),
        IdOrNumber::Number(number) => {
            tx.query_one(&sql::PHONE_BY_NUMBER, params![ws, number], from_row)
        }
    }
}

/// Finds one by its digits in E.164, including archived ones.
pub fn find_by_e164(tx: &mut dyn Tx, ws: i64, e164: &str) -> Result<Option<PhoneNumber>> {
    tx.query_one(&sql::PHONE_BY_E164, params![ws, e164], from_row)
}

/// Locks a phone number until the transaction ends: others that lock it wait.
pub fn lock(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::LOCK_PHONE, params![ws, number]).map(drop)
}

/// Finds the newest open chat of a member over a phone number, for texts or for calls.
pub fn find_open_chat(
    tx: &mut dyn Tx,
    ws: i64,
    subject: i64,
    (phone_number, medium): (i64, Medium),
) -> Result<Option<i64>> {
    let params = params![ws, subject, phone_number, medium.as_str()];
    tx.query_one(&sql::PHONE_OPEN_CHAT, params, |row| row.int(0))
}

/// Finds the default phone number.
pub fn find_default(tx: &mut dyn Tx, ws: i64) -> Result<Option<PhoneNumber>> {
    tx.query_one(&sql::PHONE_DEFAULT, params![ws], from_row)
}

/// Returns one page by offset, oldest first, and the total number of rows.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    archived: Option<bool>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<PhoneNumber>, i64)> {
    let rows = tx.query_all(
        &sql::PHONE_PAGE,
        params![ws, limit, offset, archived],
        from_row,
    )?;
    Ok((
        rows,
        tx.query_count(&sql::PHONE_COUNT, params![ws, archived])?,
    ))
}

/// Writes all mutable columns.
pub fn update(tx: &mut dyn Tx, ws: i64, phone_number: &PhoneNumber) -> Result<()> {
    let options = serde_json::to_string(&phone_number.options).map_err(Error::internal)?;
    tx.execute(
        &sql::UPDATE_PHONE,
        params![
            ws,
            phone_number.number,
            &phone_number.name,
            phone_number.sms,
            phone_number.voice,
            phone_number.is_default,
            phone_number.archived_at,
            &options,
            phone_number.default_workflow
        ],
    )
    .map(drop)
}

/// Clears the default flag of all other rows.
pub fn clear_other_defaults(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::YIELD_PHONE, params![ws, number]).map(drop)
}

/// Returns number and name of active workflows whose draft refers to it.
pub fn list_workflows(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Vec<(i64, String)>> {
    tx.query_all(&sql::PHONE_WORKFLOWS, params![ws, number], |row| {
        Ok((row.int(0)?, row.string(1)?))
    })
}

/// Returns the number of open conversations that use it.
pub fn count_open_conversations(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<i64> {
    tx.query_count(&sql::PHONE_CONVERSATIONS, params![ws, number])
}

/// Returns the active phone numbers that no active workflow refers to.
pub fn list_linkable(tx: &mut dyn Tx, ws: i64) -> Result<Vec<PhoneNumber>> {
    tx.query_all(&sql::PHONE_LINKABLE, params![ws], from_row)
}

fn from_row(row: &dyn Row) -> Result<PhoneNumber> {
    Ok(PhoneNumber {
        number: row.int(0)?,
        id: row.id(1)?,
        e164: row.string(2)?,
        name: row.opt_string(3)?,
        sms: row.bool(4)?,
        voice: row.bool(5)?,
        is_default: row.bool(6)?,
        archived_at: row.opt_time(7)?,
        created_at: row.time(8)?,
        options: serde_json::from_str(row.text(9)?).map_err(Error::internal)?,
        default_workflow: row.opt_int(10)?,
    })
}
