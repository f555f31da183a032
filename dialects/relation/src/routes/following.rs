//! Rows of following. The vendor's clients call such routes; their paths are not public, so these are this server's.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get, post};

use super::path::{FOLLOW, FOLLOWING, RECOMMENDED, UNFOLLOW};
use super::{MEMBER, MEMBERS_CURSOR, MEMBERS_LIMIT, plain, row};
use crate::following::{self, FollowRequest};

const BEFORE: &str = "The cursor of the page before.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        plain(post(FOLLOW, following::add::handle))
            .body::<FollowRequest>()
            .doc("Follow a member", ""),
        plain(post(UNFOLLOW, following::remove::handle))
            .body::<FollowRequest>()
            .doc("End following a member", ""),
        row::<following::list::FollowingAnswer>(get(FOLLOWING, following::list::handle), MEMBER)
            .query(
                "address",
                ParameterKind::Text,
                "A relationId or a wallet address: whose list; the caller's own where it is absent.",
            )
            .query("limit", ParameterKind::AtLeast(1), MEMBERS_LIMIT)
            .query("cursor", MEMBERS_CURSOR, BEFORE)
            .doc("The members that a member follows", ""),
        row::<following::recommended::RecommendedAnswer>(
            get(RECOMMENDED, following::recommended::handle),
            MEMBER,
        )
        .query("limit", ParameterKind::AtLeast(1), MEMBERS_LIMIT)
        .query("cursor", MEMBERS_CURSOR, BEFORE)
        .doc("Members that the caller may want to follow", ""),
    ]
}
