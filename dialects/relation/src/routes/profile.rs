//! Rows of profiles.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get, post};

use super::path::{LIST_ADDRESS, USER_INFO, USER_SEARCH, USER_UPDATE};
use super::{MEMBER, MEMBERS_CURSOR, MEMBERS_LIMIT, plain, row};
use crate::profile;

pub(super) fn routes() -> Vec<Route> {
    vec![
        row::<profile::find::UserInfoAnswer>(get(USER_INFO, profile::find::handle), MEMBER)
            .query(
                "address",
                ParameterKind::Text,
                "A relationId or a wallet address; the caller's own where it is absent.",
            )
            .doc("What somebody is called and how they look", ""),
        row::<profile::search::UserSearchAnswer>(get(USER_SEARCH, profile::search::handle), MEMBER)
            .query(
                "keyword",
                ParameterKind::Text,
                "Words, all of which the name must have.",
            )
            .query("limit", ParameterKind::AtLeast(1), MEMBERS_LIMIT)
            .query("cursor", MEMBERS_CURSOR, "The cursor of the page before.")
            .doc("Search members by name", ""),
        plain(post(USER_UPDATE, profile::update::handle))
            .body::<profile::update::UpdateUserRequest>()
            .optional()
            .doc("Change the caller's own name and picture", ""),
        row::<profile::addresses::AddressListAnswer>(
            get(LIST_ADDRESS, profile::addresses::handle),
            MEMBER,
        )
        .query(
            "relationId",
            ParameterKind::Text,
            "Whose; the caller's own where it is absent.",
        )
        .doc("The wallets somebody signs in with", ""),
    ]
}
