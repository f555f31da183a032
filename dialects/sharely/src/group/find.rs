//! Finding a group of a space by path parameter or id.

use parlor_engine::space;
use parlor_kit::{AppState, PathParams};
use parlor_model::conversation::Conversation;
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::{Ctx, Error, Result};

use crate::error_precedence::prefer_not_found;
use crate::ids;

/// Parses the group id in the path.
///
/// # Errors
/// `NotFound` of the space if it is unknown, otherwise of the group if the text is no UUID.
pub(crate) async fn parse_group_id(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    params: &PathParams,
) -> Result<ConversationId> {
    prefer_not_found(app, ctx, space, ids::group_id_from_path(params)).await
}

/// Returns a group of the space.
///
/// # Errors
/// `NotFound` of the space or of the group.
pub(crate) async fn find_group(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    id: ConversationId,
) -> Result<Conversation> {
    space::find_conversation(&app.engine, ctx, space, Some(id))
        .await?
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))
}
