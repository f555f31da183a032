//! Length limits of a space's texts.

use parlor_model::{Result, limit};
use parlor_store::repo::space::NewSpaceRow;

/// Checks the texts of a space against their limits, on every write path.
pub(crate) fn check_texts(space: &NewSpaceRow<'_>) -> Result<()> {
    limit::NAME.validate_opt(space.name, "name")?;
    limit::DESCRIPTION.validate_opt(space.description, "description")?;
    limit::REFERENCE.validate_opt(space.alias, "alias")?;
    limit::REFERENCE.validate_opt(space.blueprint, "blueprintId")
}
