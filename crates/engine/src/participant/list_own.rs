//! Lists a member's own conversations.

use parlor_model::conversation_list_item::{ConversationListItem, ListOwnConversations};
use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::conversation as repo;
use parlor_store::repo::conversation_list_item::{self, ListItemWindow};

use crate::{Engine, authority};

/// Number of other participants whose names replace a missing title.
pub(super) const MAX_TITLE_NAMES: i64 = 3;

/// Returns the conversations that the acting member participates in, left, was removed from, or that are closed,
/// without hidden ones; pinned ones first, then by last activity.
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
            let window = ListItemWindow {
                keyword: filter.keyword.as_deref(),
                only,
                after: filter.after,
                limit: filter.limit,
            };
            let own = authority::own_list_visibility(tx, &ctx)?;
            conversation_list_item::page(tx, ctx.ws(), own, &window, MAX_TITLE_NAMES)
        })
        .await
}
