//! Email addresses and phone numbers of members, by their normal forms.

use parlor_model::Result;

use super::member::{MemberRow, from_row};
use crate::sql::member as sql;
use crate::{Row, Tx, params};

/// An address in its normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub enum Address<'a> {
    Email(&'a str),
    Phone(&'a str),
}

/// The normal form of one of a member's addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressKey {
    /// The normal form; nothing where there is no address, or none that can be read.
    pub text: Option<String>,
    /// 0 where the address names this member; this member's number where it names another one.
    pub apart: i64,
}

/// The members with an address, `limit` at the most: first the one whom it names.
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

/// Members that have an address, in the order they were made, after a number.
pub fn list_with_address(
    tx: &mut dyn Tx,
    ws: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<MemberRow>> {
    tx.query_all(&sql::WITH_ADDRESS, params![ws, after, limit], from_row)
}

/// Writes the normal forms of a member's addresses. Two members whom one address names are refused by the database.
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

/// Writes a phone number in its normal form.
pub fn set_phone(tx: &mut dyn Tx, ws: i64, number: i64, phone: &str) -> Result<()> {
    tx.execute(&sql::SET_PHONE, params![ws, number, phone])
        .map(drop)
}

/// Normal forms that more than one member has, in order, after one of them (the empty text for the first).
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
