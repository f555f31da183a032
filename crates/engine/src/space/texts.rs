//! How long the texts of a space may be.

use parlor_model::{Result, limit};
use parlor_store::repo::space::NewSpace;

/// Refuses a text of a space that is longer than its limit, whichever way it is written.
pub(crate) fn check_texts(space: &NewSpace<'_>) -> Result<()> {
    limit::NAME.check_given(space.name, "name")?;
    limit::DESCRIPTION.check_given(space.description, "description")?;
    limit::REFERENCE.check_given(space.alias, "alias")?;
    limit::REFERENCE.check_given(space.blueprint, "blueprintId")
}
