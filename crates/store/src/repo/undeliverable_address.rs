//! Addresses that do not exist, as a mail server or a carrier has said.

use parlor_model::conversation::Medium;
use parlor_model::redacted::Redacted;
use parlor_model::undeliverable_address::UndeliverableAddress;
use parlor_model::{Result, Timestamp};

use super::param::to_json_array;
use crate::sql::undeliverable_address as sql;
use crate::{Tx, params};

/// Marks a normalized address. Returns whether it was not marked before.
pub fn mark(
    tx: &mut dyn Tx,
    ws: i64,
    (medium, address): (Medium, &str),
    code: Option<&str>,
) -> Result<bool> {
    let at: Timestamp = tx.next_stamp().at;
    let marked = tx.execute(&sql::MARK, params![ws, medium.as_str(), address, code, at])?;
    Ok(marked > 0)
}

/// Returns whether a normalized address is marked.
pub fn is_marked(tx: &mut dyn Tx, ws: i64, (medium, address): (Medium, &str)) -> Result<bool> {
    let found = tx.query_one(
        &sql::FIND,
        params![ws, medium.as_str(), address],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Clears a normalized address. Returns whether it was marked.
pub fn clear(tx: &mut dyn Tx, ws: i64, (medium, address): (Medium, &str)) -> Result<bool> {
    let cleared = tx.execute(&sql::CLEAR, params![ws, medium.as_str(), address])?;
    Ok(cleared > 0)
}

/// Returns marked addresses in the order of media and addresses, after one of them.
pub fn list(
    tx: &mut dyn Tx,
    ws: i64,
    (medium, address): (&str, &str),
    limit: i64,
) -> Result<Vec<UndeliverableAddress>> {
    tx.query_all(&sql::LIST, params![ws, medium, address, limit], |row| {
        Ok(UndeliverableAddress {
            medium: row.enum_value(0, Medium::from_name)?,
            address: Redacted(row.string(1)?),
            code: row.opt_string(2)?,
            marked_at: row.time(3)?,
        })
    })
}

/// Returns those of these members whose address of a medium is marked.
pub fn list_of_members(
    tx: &mut dyn Tx,
    ws: i64,
    members: &[i64],
    medium: Medium,
) -> Result<Vec<i64>> {
    let members = to_json_array(members);
    let params = params![ws, &members, medium.as_str()];
    tx.query_all(&sql::OF_MEMBERS, params, |row| row.int(0))
}
