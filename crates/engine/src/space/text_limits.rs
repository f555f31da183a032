//! How long the texts of a space may be.

use parlor_model::{Result, limit};
use parlor_store::repo::space::NewSpaceRow;

/// Refuses a text of a space that is longer than its limit, whichever way it is written.
pub(crate) fn check_texts(space: &NewSpaceRow<'_>) -> Result<()> {
    limit::NAME.validate_opt(space.name, "name")?;
    limit::DESCRIPTION.validate_opt(space.description, "description")?;
    limit::REFERENCE.validate_opt(space.alias, "alias")?;
    limit::REFERENCE.validate_opt(space.blueprint, "blueprintId")
}
