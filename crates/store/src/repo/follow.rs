//! Who follows whom.

use parlor_model::following::{DiscoveredMember, FollowCursor, FollowedMember};
use parlor_model::id::MemberId;
use parlor_model::{Result, Timestamp};

use super::member::read_ref;
use super::search::to_json_array;
use crate::sql::follow as sql;
use crate::{Row, Tx, params};

/// Has a member follow another; nothing changes where it does already.
pub fn insert(tx: &mut dyn Tx, ws: i64, follower: i64, followee: i64) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::INSERT, params![ws, follower, followee, at])
        .map(drop)
}

/// Has a member not follow another any more.
pub fn delete(tx: &mut dyn Tx, ws: i64, follower: i64, followee: i64) -> Result<()> {
    tx.execute(&sql::DELETE, params![ws, follower, followee])
        .map(drop)
}

/// Whether a member follows another.
pub fn is_following(tx: &mut dyn Tx, ws: i64, follower: i64, followee: i64) -> Result<bool> {
    let found = tx.query_one(&sql::FIND, params![ws, follower, followee], |row| {
        row.time(0)
    })?;
    Ok(found.is_some())
}

/// Whether a member follows at least so many.
pub fn is_following_at_least(tx: &mut dyn Tx, ws: i64, follower: i64, many: i64) -> Result<bool> {
    let beyond = params![ws, follower, many - 1];
    Ok(tx
        .query_one(&sql::BEYOND, beyond, |row| row.int(0))?
        .is_some())
}

/// Those a member follows, newest first, behind a place.
pub fn list(
    tx: &mut dyn Tx,
    ws: i64,
    follower: i64,
    after: Option<FollowCursor>,
    limit: i64,
) -> Result<Vec<FollowedMember>> {
    let after = after.unwrap_or(FollowCursor {
        followed_at: Timestamp::from_micros(i64::MAX),
        followee: i64::MAX,
    });
    tx.query_all(
        &sql::LIST,
        params![ws, follower, after.followed_at, after.followee, limit],
        |row| {
            let member = read_ref(row, 0)?;
            let cursor = FollowCursor {
                followed_at: row.time(7)?,
                followee: member.number,
            };
            Ok(FollowedMember {
                member,
                photo: row.opt_string(6)?.filter(|photo| !photo.is_empty()),
                cursor,
            })
        },
    )
}

/// Which members a list is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscoveryScope {
    /// All of the workspace.
    AllMembers,
    /// Those that hold a wallet.
    WalletHolders,
}

/// Members that were made before an id, newest first, without archived ones and the viewer itself.
pub fn discover_members(
    tx: &mut dyn Tx,
    ws: i64,
    viewer: i64,
    among: DiscoveryScope,
    before: MemberId,
    limit: i64,
) -> Result<Vec<DiscoveredMember>> {
    let statement = match among {
        DiscoveryScope::AllMembers => &sql::MEMBERS,
        DiscoveryScope::WalletHolders => &sql::WALLET_HOLDERS,
    };
    tx.query_all(statement, params![ws, viewer, &before, limit], from_row)
}

/// The same of some members by number.
pub fn discover_members_among(
    tx: &mut dyn Tx,
    ws: i64,
    viewer: i64,
    (among, numbers): (DiscoveryScope, &[i64]),
    before: MemberId,
    limit: i64,
) -> Result<Vec<DiscoveredMember>> {
    let is_everybody = among == DiscoveryScope::AllMembers;
    let numbers = to_json_array(numbers);
    tx.query_all(
        &sql::SOME,
        params![ws, viewer, &before, limit, &numbers, is_everybody],
        from_row,
    )
}

fn from_row(row: &dyn Row) -> Result<DiscoveredMember> {
    Ok(DiscoveredMember {
        member: read_ref(row, 0)?,
        photo: row.opt_string(6)?.filter(|photo| !photo.is_empty()),
        is_followed: row.bool(7)?,
    })
}
