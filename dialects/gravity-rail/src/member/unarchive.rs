//! `POST /members/{id}/unarchive`.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::set_archived::{SCOPE, set_archived};
use super::{MemberResponse, NO_MEMBER, RUNS_WORKSPACE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/members/{member}/unarchive"), handle)
        .doc("Brings an archived member back", "")
        .scope(SCOPE)
        .conditional_scope(Scope::write(Resource::Admin), RUNS_WORKSPACE)
        .responds::<MemberResponse>(200, "The member as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_MEMBER])
}

/// Idempotent.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    Ok(set_archived(&app, &ctx, params.get("member"), false).await?)
}
