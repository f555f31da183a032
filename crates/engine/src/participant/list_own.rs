//! A member's own list of conversations.

use parlor_model::conversation_list_item::{ConversationListItem, ListOwnConversations};
use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::conversation as repo;
use parlor_store::repo::conversation_list_item::{self, ListItemWindow};

use crate::{Engine, authority};

/// How many others stand for a title.
pub(super) const MAX_TITLE_NAMES: i64 = 3;

/// The conversations the acting member takes part in, and those it left, was removed from, or that are over, without
/// the hidden ones; pinned first, then by what happened last.
pub async fn list_own(
    engine: &Engine,
    ctx: &Ctx,
    filter: ListOwnConversations,
) -> Result<Vec<ConversationListItem>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let only = match filter.only {
                None => None,
                Some(key) => Some(
                    repo::find(tx, ctx.ws(), key)?
                        .ok_or_else(|| Error::not_found(EntityKind::Conversation))?
                        .number,
                ),
            };
            let stretch = ListItemWindow {
                keyword: filter.keyword.as_deref(),
                only,
                after: filter.after,
                limit: filter.limit,
            };
            let own = authority::own_list_visibility(tx, &ctx)?;
            conversation_list_item::page(tx, ctx.ws(), own, &stretch, MAX_TITLE_NAMES)
        })
        .await
}
