//! Regenerates a conversation's title.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::ForbiddenReason;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::message;
use serde_json::json;

use crate::Engine;
use crate::authority::{self, ConversationPermission};
use crate::log::write_change;
use crate::message::title_from_text;

/// Sets the title to the one derived from the first user message, and logs the change. Without a user message the title
/// is removed and the next one sets it. Requires ownership or `conversations:write`.
pub async fn regenerate_title(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<Option<String>> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let mut found =
                authority::find_conversation(tx, &ctx, key, ConversationPermission::Manage)?
                    .conversation;
            let scope = Scope::write(Resource::Conversations);
            let owner = found.owner.as_ref().map(|owner| owner.number);
            if !ctx.allows(scope) && !owner.is_some_and(|owner| ctx.is_actor(owner)) {
                return Err(Error::forbidden(ForbiddenReason::MissingScope(scope)));
            }
            let first_text = message::first_user_text(tx, ctx.ws(), found.number)?;
            let title = first_text.as_deref().and_then(title_from_text);
            let is_automatic = title.is_none();
            if found.title != title || found.title_is_automatic != is_automatic {
                found.title.clone_from(&title);
                found.title_is_automatic = is_automatic;
                write_change(tx, &ctx, &found, &json!({ "title": found.title }))?;
            }
            Ok(title)
        })
        .await
}
