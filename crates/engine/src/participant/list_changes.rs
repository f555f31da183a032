//! Lists changes in a member's own conversation list.

use parlor_model::conversation_list_item::{ConversationListItem, ListItemChange};
use parlor_model::{Ctx, Result};
use parlor_store::repo::conversation_list_item;

use super::list_own::MAX_TITLE_NAMES;
use crate::{Engine, authority};

/// Returns the time of the last change of each conversation that the acting member participates or participated in, by
/// number, strictly after `after`. These are times of changes, not of commits: a caller that resumes must go back by
/// the maximum duration of a change.
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

/// Returns the conversations with these numbers that the acting member's list shows, or showed before they were
/// deleted.
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

/// Returns which of these members participate or participated in which of these conversations, as pairs of numbers, for
/// notifications that contain no content.
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
