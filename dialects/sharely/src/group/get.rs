//! `GET /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}`: one group.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::{App, Fail, Params};
use parlor_model::conversation::Conversation;
use parlor_model::error::Noun;
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::{Ctx, Error, Result as Tried};

use super::Group;
use crate::auth::Caller;
use crate::{Sharely, ids, reply};

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    let found = found(&app, &ctx, space, named(&app, &ctx, space, &params).await?).await?;
    Ok(reply::ok(&Group::from(found)))
}

/// The id of the group in the path. What is not an id is an unknown group, unless the space is unknown already.
pub(crate) async fn named(
    app: &App,
    ctx: &Ctx,
    space: SpaceId,
    params: &Params,
) -> Tried<ConversationId> {
    match ids::conversation(params) {
        Ok(id) => Ok(id),
        Err(error) => Err(crate::space::unless_unknown(app, ctx, space, error).await),
    }
}

/// A group of the space.
pub(crate) async fn found(
    app: &App,
    ctx: &Ctx,
    space: SpaceId,
    id: ConversationId,
) -> Tried<Conversation> {
    space::conversation(&app.engine, ctx, space, Some(id))
        .await?
        .ok_or_else(|| Error::not_found(Noun::Conversation))
}
