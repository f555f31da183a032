//! Normalized email addresses and phone numbers of members.

use parlor_model::Result;

use super::member::{MemberRow, from_row};
use crate::sql::member as sql;
use crate::{Row, Tx, params};

/// Normalized address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub enum Address<'a> {
    Email(&'a str),
    Phone(&'a str),
}

/// Lookup key of one of a member's addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressKey {
    /// Normalized address; `None` if there is none or it cannot be parsed.
    pub text: Option<String>,
    /// 0 if the address identifies this member; this member's number if it identifies another one.
    pub apart: i64,
}

/// Returns at most `limit` members with an address, first the one that it identifies.
pub fn find_by_address(
    tx: &mut dyn Tx,
    ws: i64,
    address: Address<'_>,
    limit: i64,
) -> Result<Vec<MemberRow>> {
    match address {
        Address::Email(text) => tx.query_all(&sql::BY_EMAIL, params![ws, text, limit], from_row),
        Address::Phone(text) => tx.query_all(&sql::BY_PHONE, params![ws, text, limit], from_row),
    }
}

/// Returns members with any address, by number, after the given number.
pub fn list_with_address(
    tx: &mut dyn Tx,
    ws: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<MemberRow>> {
    tx.query_all(&sql::WITH_ADDRESS, params![ws, after, limit], from_row)
}

/// Writes the lookup keys of a member's addresses. The database refuses two members identified by the same address.
pub fn set_address_keys(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    email: &AddressKey,
    phone: &AddressKey,
) -> Result<()> {
    tx.execute(
        &sql::SET_ADDRESS_KEYS,
        params![
            ws,
            number,
            &email.text,
            email.apart,
            &phone.text,
            phone.apart
        ],
    )
    .map(drop)
}

/// Writes a normalized phone number.
pub fn set_phone(tx: &mut dyn Tx, ws: i64, number: i64, phone: &str) -> Result<()> {
    tx.execute(&sql::SET_PHONE, params![ws, number, phone])
        .map(drop)
}

/// Returns normalized addresses shared by several members, in order, after the given one (the empty text for the
/// first).
pub fn list_shared_addresses(
    tx: &mut dyn Tx,
    ws: i64,
    after: Address<'_>,
    limit: i64,
) -> Result<Vec<String>> {
    let read = |row: &dyn Row| row.string(0);
    match after {
        Address::Email(text) => tx.query_all(&sql::SHARED_EMAILS, params![ws, text, limit], read),
        Address::Phone(text) => tx.query_all(&sql::SHARED_PHONES, params![ws, text, limit], read),
    }
}
