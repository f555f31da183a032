//! Saved filters, each visible to its owner only.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "number, id, name, rules, created_at, updated_at from saved_filter"
    };
}

statements! {
    /// Inserts a filter; returns no row if its owner has one with this name.
    tenant INSERT = "insert into saved_filter (ws, id, owner, name, rules, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing returning number";
    /// An owner's filter by id.
    tenant BY_ID = concat!("select ", columns!(), " where ws = $1 and owner = $2 and id = $3");
    /// An owner's filter by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where ws = $1 and owner = $2 and number = $3");
    /// Another filter of the owner's with this name.
    tenant NAME_TAKEN = "select number from saved_filter where ws = $1 and owner = $2 and name = $3 and number <> $4";
    /// One page of an owner's filters by offset in name order.
    tenant PAGE = concat!("select ", columns!(), " where ws = $1 and owner = $2 order by name limit $3 offset $4");
    /// Total number of an owner's filters.
    tenant COUNT = "select cast(count(*) as bigint) from saved_filter where ws = $1 and owner = $2";
    /// Writes all mutable columns.
    tenant UPDATE = "update saved_filter set name = $3, rules = $4, updated_at = $5 where ws = $1 and number = $2";
    /// Deletes the row.
    tenant DELETE = "delete from saved_filter where ws = $1 and number = $2";
}
