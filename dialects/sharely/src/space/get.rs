//! `GET /v1/workspaces/{workspace}/spaces/{space}`, after the page `api-reference/spaces/get`: returns a space with its
//! groups.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::route::{Auth, Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::view::{SpaceResponse, SpaceView, render_space};
use crate::auth::{KEY_HEADER, KeyOrTokenCaller};
use crate::documented::{NOT_FOUND, organization_optional};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        get("/v1/workspaces/{workspace}/spaces/{space}", handle),
        Auth::KeyOrBearer(KEY_HEADER),
    )
    .doc("A space with its groups.", "api-reference/spaces/get")
    .scope(Scope::read(Resource::Spaces))
    .responds::<SpaceResponse>(200, "The space.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    KeyOrTokenCaller(caller): KeyOrTokenCaller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    render_space(
        app,
        &caller,
        ids::space_id_from_path(&params)?,
        SpaceView::Documented,
    )
    .await
}
