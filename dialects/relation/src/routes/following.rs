//! Rows of following. The vendor's clients call such routes; their paths are not public, so these are this server's.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get, post};

use super::path::{FOLLOW, FOLLOWING, RECOMMENDED, UNFOLLOW};
use super::{MEMBER_AUTH, MEMBERS_CURSOR_PARAM, MEMBERS_LIMIT_TEXT, enveloped, enveloped_empty};
use crate::following::{self, FollowRequest};

const CURSOR_TEXT: &str = "The cursor of the page before.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        enveloped_empty(post(FOLLOW, following::add::handle))
            .body::<FollowRequest>()
            .doc("Follow a member", ""),
        enveloped_empty(post(UNFOLLOW, following::remove::handle))
            .body::<FollowRequest>()
            .doc("End following a member", ""),
        enveloped::<following::list::FollowingAnswer>(
            get(FOLLOWING, following::list::handle),
            MEMBER_AUTH,
        )
        .query(
            "address",
            ParameterKind::Text,
            "A relationId or a wallet address: whose list; the caller's own where it is absent.",
        )
        .query("limit", ParameterKind::AtLeast(1), MEMBERS_LIMIT_TEXT)
        .query("cursor", MEMBERS_CURSOR_PARAM, CURSOR_TEXT)
        .doc("The members that a member follows", ""),
        enveloped::<following::recommended::RecommendedAnswer>(
            get(RECOMMENDED, following::recommended::handle),
            MEMBER_AUTH,
        )
        .query("limit", ParameterKind::AtLeast(1), MEMBERS_LIMIT_TEXT)
        .query("cursor", MEMBERS_CURSOR_PARAM, CURSOR_TEXT)
        .doc("Members that the caller may want to follow", ""),
    ]
}
