//! Users: the members a customer names.

pub(crate) mod delete;
pub(crate) mod get;

use parlor_model::Result;
use parlor_model::error::{EntityKind, Error};
use parlor_model::member::MemberKey;

use crate::ids;

/// The user a path names. What no user can be called names nobody.
fn parse_user_key(text: &str) -> Result<MemberKey> {
    ids::parse_user_id(text).map_err(|_| Error::not_found(EntityKind::Member))
}
