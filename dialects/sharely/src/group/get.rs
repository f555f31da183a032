//! `GET /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}`: one group.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::{AppState, DialectError, PathParams};
use parlor_model::conversation::Conversation;
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::{Ctx, Error, Result as Tried};

use super::GroupResponse;
use crate::auth::Caller;
use crate::{Sharely, ids, response};

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let found = find_group(
        &app,
        &ctx,
        space,
        parse_group_id(&app, &ctx, space, &params).await?,
    )
    .await?;
    Ok(response::ok(&GroupResponse::from(found)))
}

/// The id of the group in the path. What is not an id is an unknown group, unless the space is unknown already.
pub(crate) async fn parse_group_id(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    params: &PathParams,
) -> Tried<ConversationId> {
    match ids::group_id_from_path(params) {
        Ok(id) => Ok(id),
        Err(error) => Err(crate::space::prefer_not_found_error(app, ctx, space, error).await),
    }
}

/// A group of the space.
pub(crate) async fn find_group(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    id: ConversationId,
) -> Tried<Conversation> {
    space::find_conversation(&app.engine, ctx, space, Some(id))
        .await?
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))
}
