//! Links to the console, and its sessions.

use parlor_model::console::{ConsoleSession, ConsoleSessionOwner};
use parlor_model::id::{ConsoleSessionId, MemberId};
use parlor_model::{Error, Result, Timestamp};

use crate::sql::console as sql;
use crate::{Row, Tx, params};

/// Row of a new link.
pub struct NewLinkRow<'a> {
    /// Keyed hash of its secret.
    pub hash: &'a [u8],
    /// Member that it signs in.
    pub member: MemberId,
    /// Token epoch of that member.
    pub token_epoch: i64,
    /// Expiry time.
    pub expires_at: Timestamp,
}

/// Inserts a link, and deletes those that have expired.
pub fn insert_link(tx: &mut dyn Tx, ws: i64, now: Timestamp, link: &NewLinkRow<'_>) -> Result<()> {
    tx.execute(&sql::DELETE_EXPIRED_LINKS, params![ws, now])?;
    let NewLinkRow {
        hash,
        member,
        token_epoch,
        expires_at,
    } = link;
    let values = params![ws, *hash, member, *token_epoch, *expires_at];
    tx.execute(&sql::INSERT_LINK, values).map(drop)
}

/// Uses up a link; returns the member that it signs in and the member's token epoch.
pub fn redeem_link(
    tx: &mut dyn Tx,
    ws: i64,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<(MemberId, i64)>> {
    tx.query_one(&sql::REDEEM_LINK, params![ws, hash, now], |row| {
        Ok((row.id(0)?, row.int(1)?))
    })
}

/// Finds the first member that owns the workspace.
pub fn first_owner(tx: &mut dyn Tx, ws: i64) -> Result<Option<MemberId>> {
    tx.query_one(&sql::FIRST_OWNER, params![ws], |row| row.id(0))
}

/// Inserts a session, and deletes those that have expired or were not used since a time. Returns its id.
pub fn insert_session(
    tx: &mut dyn Tx,
    ws: i64,
    (hash, owner): (&[u8], ConsoleSessionOwner),
    (now, unused_since, expires_at): (Timestamp, Timestamp, Timestamp),
) -> Result<ConsoleSessionId> {
    tx.execute(&sql::DELETE_EXPIRED_SESSIONS, params![ws, now])?;
    tx.execute(&sql::DELETE_UNUSED_SESSIONS, params![ws, unused_since])?;
    let id: ConsoleSessionId = tx.next_stamp().id();
    let (key, member) = match owner {
        ConsoleSessionOwner::Key(key) => (Some(key), None),
        ConsoleSessionOwner::Member(member, epoch) => (None, Some((member, epoch))),
    };
    let (member, epoch) = (member.map(|(id, _)| id), member.map(|(_, epoch)| epoch));
    tx.execute(
        &sql::INSERT_SESSION,
        params![
            ws,
            &id,
            hash,
            key.as_ref(),
            member.as_ref(),
            epoch,
            now,
            expires_at
        ],
    )?;
    Ok(id)
}

/// Finds the session with a hash, expired or not.
pub fn find_session(tx: &mut dyn Tx, ws: i64, hash: &[u8]) -> Result<Option<ConsoleSession>> {
    tx.query_one(&sql::FIND_SESSION, params![ws, hash], from_row)
}

/// Lists the sessions of a key or a member, newest first.
pub fn list_sessions(
    tx: &mut dyn Tx,
    ws: i64,
    owner: ConsoleSessionOwner,
) -> Result<Vec<ConsoleSession>> {
    match owner {
        ConsoleSessionOwner::Key(key) => {
            tx.query_all(&sql::LIST_OF_KEY, params![ws, &key], from_row)
        }
        ConsoleSessionOwner::Member(member, _) => {
            tx.query_all(&sql::LIST_OF_MEMBER, params![ws, &member], from_row)
        }
    }
}

/// Records a use of a session.
pub fn record_session_use(
    tx: &mut dyn Tx,
    ws: i64,
    id: ConsoleSessionId,
    at: Timestamp,
) -> Result<()> {
    tx.execute(&sql::TOUCH_SESSION, params![ws, &id, at])
        .map(drop)
}

/// Ends a session.
pub fn delete_session(tx: &mut dyn Tx, ws: i64, id: ConsoleSessionId) -> Result<()> {
    tx.execute(&sql::DELETE_SESSION, params![ws, &id]).map(drop)
}

/// Ends all sessions of a key or a member; returns their number.
pub fn delete_sessions(tx: &mut dyn Tx, ws: i64, owner: ConsoleSessionOwner) -> Result<u64> {
    match owner {
        ConsoleSessionOwner::Key(key) => tx.execute(&sql::DELETE_OF_KEY, params![ws, &key]),
        ConsoleSessionOwner::Member(member, _) => {
            tx.execute(&sql::DELETE_OF_MEMBER, params![ws, &member])
        }
    }
}

fn from_row(row: &dyn Row) -> Result<ConsoleSession> {
    let owner = match (row.opt_id(1)?, row.opt_id(2)?, row.opt_int(3)?) {
        (Some(key), None, None) => ConsoleSessionOwner::Key(key),
        (None, Some(member), Some(epoch)) => ConsoleSessionOwner::Member(member, epoch),
        _ => return Err(Error::internal("a session of the console has no one owner")),
    };
    Ok(ConsoleSession {
        id: row.id(0)?,
        owner,
        created_at: row.time(4)?,
        used_at: row.time(5)?,
        expires_at: row.time(6)?,
    })
}
