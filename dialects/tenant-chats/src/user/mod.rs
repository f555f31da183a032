//! Users: members of the tenant, named by the customer's ids.

pub(crate) mod delete;
pub(crate) mod get;

use parlor_model::Result;
use parlor_model::error::{EntityKind, Error};
use parlor_model::member::MemberKey;

use crate::ids;

/// Parses the user of a path.
///
/// # Errors
/// `NotFound` for an invalid id.
fn parse_user_key(text: &str) -> Result<MemberKey> {
    ids::parse_user_id(text).map_err(|_| Error::not_found(EntityKind::Member))
}
