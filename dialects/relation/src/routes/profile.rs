//! Rows of profiles.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get, post};

use super::path::{LIST_ADDRESS, USER_INFO, USER_SEARCH, USER_UPDATE};
use super::{MEMBER_AUTH, MEMBERS_CURSOR_PARAM, MEMBERS_LIMIT_TEXT, enveloped, enveloped_empty};
use crate::profile;

pub(super) fn routes() -> Vec<Route> {
    vec![
        enveloped::<profile::find::UserInfoAnswer>(
            get(USER_INFO, profile::find::handle),
            MEMBER_AUTH,
        )
        .query(
            "address",
            ParameterKind::Text,
            "A relationId or a wallet address; the caller's own where it is absent.",
        )
        .doc("What somebody is called and how they look", ""),
        enveloped::<profile::search::UserSearchAnswer>(
            get(USER_SEARCH, profile::search::handle),
            MEMBER_AUTH,
        )
        .query(
            "keyword",
            ParameterKind::Text,
            "Words, all of which the name must have.",
        )
        .query("limit", ParameterKind::AtLeast(1), MEMBERS_LIMIT_TEXT)
        .query(
            "cursor",
            MEMBERS_CURSOR_PARAM,
            "The cursor of the page before.",
        )
        .doc("Search members by name", ""),
        enveloped_empty(post(USER_UPDATE, profile::update::handle))
            .body::<profile::update::UpdateUserRequest>()
            .optional()
            .doc("Change the caller's own name and picture", ""),
        enveloped::<profile::addresses::AddressListAnswer>(
            get(LIST_ADDRESS, profile::addresses::handle),
            MEMBER_AUTH,
        )
        .query(
            "relationId",
            ParameterKind::Text,
            "Whose; the caller's own where it is absent.",
        )
        .doc("The wallets somebody signs in with", ""),
    ]
}
