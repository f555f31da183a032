//! The owner's text to all.

use parlor_model::conversation::ConversationKey;
use parlor_model::private::Private;
use parlor_model::{Ctx, Result, limit, text};
use serde_json::json;

use super::tell::{change, tell};
use crate::Engine;
use crate::conversation::stand;

/// Longest announcement, in characters.
const LONGEST: usize = limit::ANNOUNCEMENT.max_chars;

/// Sets the announcement and whether it stays on top; an empty text takes it away. Tells whether the text is another
/// one than before. Refused in this order: too long, unknown, closed, direct, not the owner.
pub async fn announce(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    announcement: Private<String>,
    pinned: bool,
) -> Result<bool> {
    text::limit(&announcement, "announcement", LONGEST)?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let (mut found, _) = stand(tx, &ctx, key)?.open()?.of_many()?.owned()?;
            let card = &mut found.card;
            let is_new = card.announcement != *announcement;
            if !is_new && card.announcement_pinned == pinned {
                return Ok(false);
            }
            card.announcement.clone_from(&announcement);
            card.announcement_pinned = pinned;
            tell(tx, &ctx, &found, change("announcement", json!(true)))?;
            Ok(is_new)
        })
        .await
}
