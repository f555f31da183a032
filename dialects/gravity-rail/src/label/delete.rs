//! `DELETE /chats/labels/{label_id}`: detaches the label from every chat and deletes it.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::label;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::NO_LABEL;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::no_content;

const SCOPE: Scope = Scope::write(Resource::Labels);

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(workspace_path!("/chats/labels/{label}"), handle)
        .doc("Deletes a label", "")
        .scope(SCOPE)
        .responds_empty(204, "It is gone, off every chat.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_LABEL])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("label"))?;
    label::delete(&app.engine, &ctx, key).await?;
    Ok(no_content())
}
