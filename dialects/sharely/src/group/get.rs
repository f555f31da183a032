//! `GET /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}`: returns one group.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::GroupResponse;
use super::find::{find_group, parse_group_id};
use crate::auth::Caller;
use crate::documented::{MIRRORED_SOURCE, NOT_FOUND, organization_required};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids, response};

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(get(
        "/v1/workspaces/{workspace}/spaces/{space}/group/{conversation}",
        handle,
    ))
    .doc("One group.", MIRRORED_SOURCE)
    .scope(Scope::read(Resource::Conversations))
    .responds::<GroupResponse>(200, "The group.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let id = parse_group_id(&app, &ctx, space, &params).await?;
    let group = find_group(&app, &ctx, space, id).await?;
    Ok(response::ok(&GroupResponse::from(group)))
}
