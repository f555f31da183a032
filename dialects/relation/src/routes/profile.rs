//! Rows of profiles.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get, post};

use super::path::{LIST_ADDRESS, USER_INFO, USER_UPDATE};
use super::{MEMBER, plain, row};
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
