//! `GET /chats/tool-call-names`, named by developer/api/workspace/chats/stats.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::statistics;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::VENDOR_PAGE;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;

/// The names of the tools that were ever called, sorted, at most 1,000.
#[derive(Serialize, ToSchema)]
struct ToolCallNames(Vec<String>);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/tool-call-names"), handle)
        .doc("Lists the tools that were called", VENDOR_PAGE)
        .scope(Scope::read(Resource::Conversations))
        .responds::<ToolCallNames>(200, "Their names.")
        .errors::<ErrorResponse>(&[NO_SCOPE])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    let names = statistics::tool_names(&app.engine, &ctx).await?;
    Ok(ok_json(&ToolCallNames(names)))
}
