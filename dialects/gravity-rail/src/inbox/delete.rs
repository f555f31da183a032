//! `DELETE /inboxes/{inbox_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::inbox;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::VENDOR_PAGE;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::no_content;

const SCOPE: Scope = Scope::admin(Resource::Inboxes);

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(workspace_path!("/inboxes/{inbox}"), handle)
        .doc("Deletes an inbox", VENDOR_PAGE)
        .scope(SCOPE)
        .responds_empty(204, "It is gone.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such inbox.")])
}

/// Workflow drafts that refer to the inbox lose the reference.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("inbox"))?;
    inbox::delete(&app.engine, &ctx, key).await?;
    Ok(no_content())
}
