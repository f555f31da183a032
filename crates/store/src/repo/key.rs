//! API keys.

use parlor_model::access::{Actor, Role};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::{KeyId, Locator};
use parlor_model::key::{Key, KeyKey};
use parlor_model::member::Kind;
use parlor_model::scope::Scopes;
use parlor_model::{Error, Result, Timestamp};

use crate::sql::key as sql;
use crate::{Row, Tx, params};

/// A key as it is kept.
pub struct NewKey<'a> {
    /// The keyed hash of its secret.
    pub hash: &'a [u8],
    /// The last characters of its secret.
    pub hint: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
    /// The number of the member it acts for.
    pub member: Option<i64>,
    /// What it may do.
    pub scopes: Scopes,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// What a hash was found to open.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The key.
    pub id: KeyId,
    /// The workspace it opens.
    pub workspace: WorkspaceRef,
    /// The member it acts for, and that member's own scopes.
    pub actor: Option<(Actor, Scopes)>,
    /// What the key allows.
    pub scopes: Scopes,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When a use was last noted.
    pub last_used_at: Option<Timestamp>,
}

/// What a key got when it was kept.
#[derive(Debug, Clone, Copy)]
pub struct InsertedKey {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: KeyId,
    /// When.
    pub at: Timestamp,
}

/// Keeps a key.
pub fn insert(tx: &mut dyn Tx, ws: i64, key: &NewKey<'_>) -> Result<InsertedKey> {
    let stamp = tx.stamp();
    let id = stamp.id();
    let scopes = key.scopes.to_string();
    let number = tx.one(
        &sql::INSERT,
        params![
            ws,
            &id,
            key.hash,
            key.hint,
            key.name,
            key.member,
            &scopes,
            stamp.at,
            key.expires_at
        ],
        |row| row.int(0),
    )?;
    Ok(InsertedKey {
        number: number.ok_or_else(|| Error::internal("an insert gave no number"))?,
        id,
        at: stamp.at,
    })
}

/// The live key of a hash.
pub fn find_by_hash(tx: &mut dyn Tx, hash: &[u8]) -> Result<Option<Found>> {
    tx.one(&sql::FIND_BY_HASH, params![hash], read_found)
}

/// The live key of an id.
pub fn find_by_id(tx: &mut dyn Tx, ws: i64, id: KeyId) -> Result<Option<Found>> {
    tx.one(&sql::FIND_BY_ID, params![ws, &id], read_found)
}

/// The workspace's keys, oldest first.
pub fn list(tx: &mut dyn Tx, ws: i64) -> Result<Vec<Key>> {
    tx.all(&sql::LIST, params![ws], read)
}

/// A numbered page of those that are not revoked, oldest first, and how many there are.
pub fn page(tx: &mut dyn Tx, ws: i64, limit: i64, offset: i64) -> Result<(Vec<Key>, i64)> {
    let rows = tx.all(&sql::PAGE, params![ws, limit, offset], read)?;
    Ok((rows, tx.count(&sql::COUNT, params![ws])?))
}

/// One that is not revoked.
pub fn find(tx: &mut dyn Tx, ws: i64, key: KeyKey) -> Result<Option<Key>> {
    match key {
        Locator::Id(id) => tx.one(&sql::BY_ID, params![ws, &id], read),
        Locator::Number(number) => tx.one(&sql::BY_NUMBER, params![ws, number], read),
    }
}

/// Ends a key; false when there is none to end.
pub fn revoke(tx: &mut dyn Tx, ws: i64, id: KeyId) -> Result<bool> {
    let at = tx.stamp().at;
    Ok(tx.execute(&sql::REVOKE, params![ws, &id, at])? > 0)
}

/// Notes a use, unless one was noted after `since`: many requests may find at the same time that it is due.
pub fn touch(tx: &mut dyn Tx, ws: i64, id: KeyId, at: Timestamp, since: Timestamp) -> Result<()> {
    tx.execute(&sql::TOUCH, params![ws, &id, at, since])
        .map(drop)
}

/// Reads stored scopes. A name that this version does not know grants nothing.
pub fn scopes(text: &str) -> Scopes {
    text.split(',')
        .filter_map(|name| name.parse().ok())
        .fold(Scopes::NONE, Scopes::with)
}

fn read_found(row: &dyn Row) -> Result<Found> {
    let actor = match row.opt_int(6)? {
        None => None,
        Some(number) => Some((
            Actor {
                number,
                id: row.id(7)?,
                kind: row.word(8, Kind::parse)?,
                role: row.opt_word(9, Role::parse)?,
            },
            scopes(row.text(10)?),
        )),
    };
    Ok(Found {
        id: row.id(0)?,
        scopes: scopes(row.text(1)?),
        expires_at: row.opt_time(2)?,
        last_used_at: row.opt_time(12)?,
        workspace: WorkspaceRef {
            number: row.int(3)?,
            id: row.id(4)?,
            organization: row.id(5)?,
        },
        actor,
    })
}

fn read(row: &dyn Row) -> Result<Key> {
    Ok(Key {
        id: row.id(0)?,
        name: row.opt_string(1)?,
        hint: row.string(2)?,
        member: row.opt_id(3)?,
        scopes: scopes(row.text(4)?),
        created_at: row.time(5)?,
        expires_at: row.opt_time(6)?,
        last_used_at: row.opt_time(7)?,
        revoked_at: row.opt_time(8)?,
        number: row.int(9)?,
        member_number: row.opt_int(10)?,
    })
}
