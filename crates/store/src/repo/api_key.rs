//! API keys.

use parlor_model::access::WorkspaceRole;
use parlor_model::api_key::{ApiKey, ApiKeyKey};
use parlor_model::ctx::Actor;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::{ApiKeyId, IdOrNumber};
use parlor_model::member::MemberKind;
use parlor_model::scope::Scopes;
use parlor_model::{Error, Result, Timestamp};

use crate::sql::api_key as sql;
use crate::{Row, Tx, params};

/// Row of a new key.
pub struct NewApiKeyRow<'a> {
    /// Keyed hash of its secret.
    pub hash: &'a [u8],
    /// Last characters of its secret.
    pub hint: &'a str,
    /// Name.
    pub name: Option<&'a str>,
    /// Number of the member it is bound to.
    pub member: Option<i64>,
    /// Granted scopes.
    pub scopes: Scopes,
    /// Expiry time.
    pub expires_at: Option<Timestamp>,
}

/// Unrevoked key found by its hash, with its workspace and actor.
#[derive(Debug, Clone, Copy)]
pub struct ActiveApiKey {
    /// Key id.
    pub id: ApiKeyId,
    /// Workspace of the key.
    pub workspace: WorkspaceRef,
    /// Member it is bound to, and that member's own scopes.
    pub actor: Option<(Actor, Scopes)>,
    /// Scopes of the key.
    pub scopes: Scopes,
    /// Expiry time.
    pub expires_at: Option<Timestamp>,
    /// Time of the last recorded use.
    pub last_used_at: Option<Timestamp>,
}

/// Generated columns of a new key.
#[derive(Debug, Clone, Copy)]
pub struct InsertApiKeyResult {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: ApiKeyId,
    /// Time.
    pub at: Timestamp,
}

/// Inserts a key.
pub fn insert(tx: &mut dyn Tx, ws: i64, key: &NewApiKeyRow<'_>) -> Result<InsertApiKeyResult> {
    let stamp = tx.next_stamp();
    let id = stamp.id();
    let scopes = key.scopes.to_string();
    let number = tx.query_one(
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
    Ok(InsertApiKeyResult {
        number: number.ok_or_else(|| Error::internal("an insert gave no number"))?,
        id,
        at: stamp.at,
    })
}

/// Finds the unrevoked key with this hash.
pub fn find_by_hash(tx: &mut dyn Tx, hash: &[u8]) -> Result<Option<ActiveApiKey>> {
    tx.query_one(&sql::FIND_BY_HASH, params![hash], read_active_key)
}

/// Finds the unrevoked key with this id.
pub fn find_by_id(tx: &mut dyn Tx, ws: i64, id: ApiKeyId) -> Result<Option<ActiveApiKey>> {
    tx.query_one(&sql::FIND_BY_ID, params![ws, &id], read_active_key)
}

/// Returns all keys of the workspace, oldest first.
pub fn list(tx: &mut dyn Tx, ws: i64) -> Result<Vec<ApiKey>> {
    tx.query_all(&sql::LIST, params![ws], from_row)
}

/// Returns one page of unrevoked keys by offset, oldest first, and the total.
pub fn page(tx: &mut dyn Tx, ws: i64, limit: i64, offset: i64) -> Result<(Vec<ApiKey>, i64)> {
    let rows = tx.query_all(&sql::PAGE, params![ws, limit, offset], from_row)?;
    Ok((rows, tx.query_count(&sql::COUNT, params![ws])?))
}

/// Finds an unrevoked key by id or number.
pub fn find(tx: &mut dyn Tx, ws: i64, key: ApiKeyKey) -> Result<Option<ApiKey>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        IdOrNumber::Number(number) => tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row),
    }
}

/// Revokes a key; returns whether an unrevoked one existed.
pub fn revoke(tx: &mut dyn Tx, ws: i64, id: ApiKeyId) -> Result<bool> {
    let at = tx.next_stamp().at;
    Ok(tx.execute(&sql::REVOKE, params![ws, &id, at])? > 0)
}

/// Ends an unrevoked key at a time, unless it ends earlier.
pub fn expire(tx: &mut dyn Tx, ws: i64, id: ApiKeyId, at: Timestamp) -> Result<()> {
    tx.execute(&sql::EXPIRE, params![ws, &id, at]).map(drop)
}

/// Records a use, unless one was recorded after `since`: concurrent requests may find the update due at the same time.
pub fn record_use(
    tx: &mut dyn Tx,
    ws: i64,
    id: ApiKeyId,
    at: Timestamp,
    since: Timestamp,
) -> Result<()> {
    tx.execute(&sql::TOUCH, params![ws, &id, at, since])
        .map(drop)
}

/// Parses stored scopes. Names unknown to this version are ignored.
pub fn parse_scopes(text: &str) -> Scopes {
    text.split(',')
        .filter_map(|name| name.parse().ok())
        .fold(Scopes::NONE, Scopes::with_scope)
}

fn read_active_key(row: &dyn Row) -> Result<ActiveApiKey> {
    let actor = match row.opt_int(6)? {
        None => None,
        Some(number) => Some((
            Actor {
                number,
                id: row.id(7)?,
                kind: row.enum_value(8, MemberKind::from_name)?,
                role: row.opt_enum_value(9, WorkspaceRole::from_name)?,
            },
            parse_scopes(row.text(10)?),
        )),
    };
    Ok(ActiveApiKey {
        id: row.id(0)?,
        scopes: parse_scopes(row.text(1)?),
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

fn from_row(row: &dyn Row) -> Result<ApiKey> {
    Ok(ApiKey {
        id: row.id(0)?,
        name: row.opt_string(1)?,
        hint: row.string(2)?,
        member: row.opt_id(3)?,
        scopes: parse_scopes(row.text(4)?),
        created_at: row.time(5)?,
        expires_at: row.opt_time(6)?,
        last_used_at: row.opt_time(7)?,
        revoked_at: row.opt_time(8)?,
        number: row.int(9)?,
        member_number: row.opt_int(10)?,
    })
}
