//! Length limits of a member's texts.

use parlor_model::member::{CreateMember, Profile, UpdateMember};
use parlor_model::{Result, limit};

/// Checks the texts of a new member against their limits.
pub(super) fn check_new(command: &CreateMember) -> Result<()> {
    check_profile(&command.profile)?;
    limit::EXTERNAL_ID.validate_opt(command.external_id.as_deref(), "external id")?;
    limit::REFERENCE.validate_opt(command.fingerprint.as_deref(), "fingerprint")
}

/// Checks the texts of a profile against their limits. Addresses are checked when they are normalized.
pub(crate) fn check_profile(profile: &Profile) -> Result<()> {
    limit::NAME.validate_opt(profile.name.as_deref(), "name")?;
    limit::NAME.validate_opt(profile.nick.as_deref(), "nick")?;
    limit::DESCRIPTION.validate_opt(profile.description.as_deref(), "description")?;
    limit::DESCRIPTION.validate_opt(profile.preferences.as_deref(), "preferences")?;
    limit::BACKSTORY.validate_opt(profile.instructions.as_deref(), "instructions")?;
    limit::REFERENCE.validate_opt(profile.chat_model.as_deref(), "model")?;
    limit::ADDRESS.validate_opt(profile.photo.as_deref(), "photo")
}

/// Checks the texts of an update against their limits.
pub(super) fn check_changes(command: &UpdateMember) -> Result<()> {
    limit::NAME.validate_change(&command.name, "name")?;
    limit::NAME.validate_change(&command.nick, "nick")?;
    limit::DESCRIPTION.validate_change(&command.description, "description")?;
    limit::DESCRIPTION.validate_change(&command.preferences, "preferences")?;
    limit::BACKSTORY.validate_change(&command.instructions, "instructions")?;
    limit::REFERENCE.validate_change(&command.chat_model, "model")?;
    limit::REFERENCE.validate_opt(command.fingerprint.as_deref(), "fingerprint")
}
