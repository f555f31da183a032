//! `DELETE /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}` and the widget's
//! `DELETE /spaces/{space}/groups/{conversation}`: deletes a group with its messages. The space's default group
//! cannot be deleted.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space;
use parlor_kit::route::{Auth, Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::find::parse_group_id;
use crate::auth::{Caller, TokenCaller};
use crate::documented::{
    CONFLICT, MIRRORED_SOURCE, NOT_FOUND, WIDGET_SOURCE, organization_optional,
    organization_required,
};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids, response};

/// Declares the versioned route.
pub(crate) fn route() -> Route {
    organization_required(delete(
        "/v1/workspaces/{workspace}/spaces/{space}/group/{conversation}",
        handle,
    ))
    .doc("Delete a group with its messages.", MIRRORED_SOURCE)
    .scope(Scope::write(Resource::Conversations))
    .responds_empty(204, "It is gone.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND, (409, "The space's first group stays.")])
}

/// Declares the widget's route.
pub(crate) fn route_unversioned() -> Route {
    organization_optional(
        delete("/spaces/{space}/groups/{conversation}", handle_unversioned),
        Auth::Bearer,
    )
    .doc("Delete a group with its messages.", WIDGET_SOURCE)
    .scope(Scope::write(Resource::Conversations))
    .responds_empty(204, "It is gone.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND, CONFLICT])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    delete_group(&app, &caller, &params).await
}

async fn handle_unversioned(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    delete_group(&app, &caller, &params).await
}

async fn delete_group(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
) -> Result<Response, HandlerError> {
    let space = ids::space_id_from_path(params)?;
    let ctx = caller.context_for_space(space)?;
    let group = parse_group_id(app, &ctx, space, params).await?;
    space::delete_conversation(&app.engine, &ctx, space, group).await?;
    Ok(response::no_content())
}
