//! The two ways of naming a role in a body.

use parlor_kit::ids::parse_dashed;
use parlor_model::error::Noun;
use parlor_model::{Error, Result};

/// Checks the selectors of a body, `roleId` and `customerRoleId`: at most one, of the right form. A workspace has no
/// roles to select yet, so one that is well formed is unknown.
pub(crate) fn none(role_id: Option<&str>, customer_role_id: Option<&str>) -> Result<()> {
    match (role_id, customer_role_id) {
        (None, None) => Ok(()),
        (Some(_), Some(_)) => Err(Error::malformed(
            "Provide only one of roleId or customerRoleId",
        )),
        (Some(id), None) if parse_dashed::<()>(id).is_none() => {
            Err(Error::invalid("roleId", "must be a UUID"))
        }
        (Some(_), None) => Err(Error::not_found(Noun::Role)),
        (None, Some(name)) => {
            let plain =
                |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
            if name.is_empty() || name.len() > 255 || !name.bytes().all(plain) {
                return Err(Error::invalid(
                    "customerRoleId",
                    "must be 1 to 255 letters, digits, hyphens and underscores",
                ));
            }
            Err(Error::not_found(Noun::Role))
        }
    }
}
