//! Following between members.

use parlor_model::following::{DiscoveredMember, FollowCursor, FollowedMember};
use parlor_model::id::MemberId;
use parlor_model::{Result, Timestamp};

use super::member::read_ref;
use super::param::to_json_array;
use crate::sql::follow as sql;
use crate::{Row, Tx, params};

/// Makes a member follow another; a no-op if it already does.
pub fn insert(tx: &mut dyn Tx, ws: i64, follower: i64, followee: i64) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::INSERT, params![ws, follower, followee, at])
        .map(drop)
}

/// Makes a member stop following another.
pub fn delete(tx: &mut dyn Tx, ws: i64, follower: i64, followee: i64) -> Result<()> {
    tx.execute(&sql::DELETE, params![ws, follower, followee])
        .map(drop)
}

/// Returns whether a member follows another.
pub fn is_following(tx: &mut dyn Tx, ws: i64, follower: i64, followee: i64) -> Result<bool> {
    let found = tx.query_one(&sql::FIND, params![ws, follower, followee], |row| {
        row.time(0)
    })?;
    Ok(found.is_some())
}

/// Returns whether a member follows at least `many` members.
pub fn is_following_at_least(tx: &mut dyn Tx, ws: i64, follower: i64, many: i64) -> Result<bool> {
    let beyond = params![ws, follower, many - 1];
    Ok(tx
        .query_one(&sql::BEYOND, beyond, |row| row.int(0))?
        .is_some())
}

/// Returns the members that a member follows, newest first, after a position.
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

/// Members considered by a discovery list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscoveryScope {
    /// All members of the workspace.
    AllMembers,
    /// Members with a wallet.
    WalletHolders,
}

/// Returns members with ids before `before`, newest first, without archived ones and the viewer.
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

/// Returns those of the given members with ids before `before`, newest first, without archived ones and the viewer.
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
