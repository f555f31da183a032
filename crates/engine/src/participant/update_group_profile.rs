//! Updates a conversation's group profile.

use parlor_model::conversation::ConversationKey;
use parlor_model::participant_commands::UpdateGroupProfile;
use parlor_model::{Ctx, Result, limit, text};
use serde_json::{Map, json};

use crate::Engine;
use crate::log::write_group_profile;
use crate::membership::load_membership;

/// Changes title, icon and open access. Checks are made in this order: lengths, known, not closed, not direct, owner.
pub async fn update_group_profile(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    command: UpdateGroupProfile,
) -> Result<()> {
    if let Some(title) = &command.title {
        text::validate_length(title, "title", limit::NAME.max_chars)?;
    }
    limit::ADDRESS.validate_opt(command.icon.as_deref(), "icon")?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let (mut found, _) = load_membership(tx, &ctx, key)?
                .require_open()?
                .require_not_direct()?
                .require_owner()?;
            let mut changes = Map::new();
            if let Some(title) = &command.title
                && found.title.as_ref() != Some(title)
            {
                changes.insert("title".into(), json!(title));
                found.title = Some(title.clone());
                found.title_is_automatic = false;
            }
            if let Some(icon) = &command.icon
                && found.group_profile.icon != *icon
            {
                changes.insert("icon".into(), json!(icon));
                found.group_profile.icon.clone_from(icon);
            }
            if let Some(open) = command.open_access
                && found.group_profile.open_access != open
            {
                changes.insert("open_access".into(), json!(open));
                found.group_profile.open_access = open;
            }
            write_group_profile(tx, &ctx, &found, changes)
        })
        .await
}
