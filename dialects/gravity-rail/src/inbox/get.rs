//! `GET /inboxes/{inbox_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::inbox;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{InboxResponse, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::read(Resource::Inboxes);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/inboxes/{inbox}"), handle)
        .doc("Gets an inbox", VENDOR_PAGE)
        .scope(SCOPE)
        .responds::<InboxResponse>(200, "The inbox.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such inbox.")])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("inbox"))?;
    let found = inbox::find(&app.engine, &ctx, key).await?;
    Ok(ok_json(&InboxResponse::from_inbox(found)))
}
