//! How a conversation presents itself.

use parlor_model::conversation::ConversationKey;
use parlor_model::participant::UpdateCard;
use parlor_model::{Ctx, Result, limit, text};
use serde_json::{Map, json};

use super::tell::tell;
use crate::Engine;
use crate::conversation::stand;

/// Changes title, picture and who may join. Refused in this order: too long, unknown, closed, direct, not the owner.
pub async fn rename(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    command: UpdateCard,
) -> Result<()> {
    if let Some(title) = &command.title {
        text::limit(title, "title", limit::NAME.max_chars)?;
    }
    limit::ADDRESS.check_given(command.icon.as_deref(), "icon")?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let (mut found, _) = stand(tx, &ctx, key)?.open()?.of_many()?.owned()?;
            let mut changes = Map::new();
            if let Some(title) = &command.title
                && found.title.as_ref() != Some(title)
            {
                changes.insert("title".into(), json!(title));
                found.title = Some(title.clone());
                found.title_is_automatic = false;
            }
            if let Some(icon) = &command.icon
                && found.card.icon != *icon
            {
                changes.insert("icon".into(), json!(icon));
                found.card.icon.clone_from(icon);
            }
            if let Some(open) = command.open_access
                && found.card.open_access != open
            {
                changes.insert("open_access".into(), json!(open));
                found.card.open_access = open;
            }
            tell(tx, &ctx, &found, changes)
        })
        .await
}
