//! What has changed in a member's list of conversations.

use parlor_model::conversation_list_item::{ConversationListItem, ListItemChange};
use parlor_model::{Ctx, Result};
use parlor_store::repo::conversation_list_item;

use super::list_own::MAX_TITLE_NAMES;
use crate::{Engine, authority};

/// When something last changed in each conversation the acting member takes or took part in, by number, strictly after
/// one. The times are those of the changes and not of their commits: who remembers how far it has read goes back by as
/// much as a change may take.
pub async fn list_changes(
    engine: &Engine,
    ctx: &Ctx,
    after: i64,
    limit: i64,
) -> Result<Vec<ListItemChange>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let own = authority::own_list_visibility(tx, &ctx)?;
            conversation_list_item::list_changes(tx, ctx.ws(), own, after, limit)
        })
        .await
}

/// Of the conversations with these numbers those that the acting member's list shows, or showed before it was gone.
pub async fn find_list_items(
    engine: &Engine,
    ctx: &Ctx,
    numbers: Vec<i64>,
) -> Result<Vec<ConversationListItem>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let own = authority::own_list_visibility(tx, &ctx)?;
            conversation_list_item::find_many(tx, ctx.ws(), own, &numbers, MAX_TITLE_NAMES)
        })
        .await
}

/// Which of these members take or took part in which of these conversations, as pairs of numbers, for those who tell
/// members that something has changed. Nobody is told what it was.
pub async fn affected_members(
    engine: &Engine,
    ctx: &Ctx,
    conversations: Vec<i64>,
    members: Vec<i64>,
) -> Result<Vec<(i64, i64)>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| conversation_list_item::affected_members(tx, ws, &conversations, &members))
        .await
}
