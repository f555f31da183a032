//! Users: the members a customer names.

pub(crate) mod delete;
pub(crate) mod get;

use parlor_model::Result;
use parlor_model::error::{Error, Noun};
use parlor_model::member::MemberKey;

use crate::ids;

/// The user a path names. What no user can be called names nobody.
fn named(text: &str) -> Result<MemberKey> {
    ids::user(text).map_err(|_| Error::not_found(Noun::Member))
}
