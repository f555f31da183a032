//! `DELETE /api/v1/chats/{conversation}`, after api-reference/chats/delete-chat.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, Params, Query, reply, time};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::{Fail, ids};

/// What is left of a chat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deleted {
    /// Always true.
    success: bool,
    /// A sentence.
    message: &'static str,
    /// When.
    deleted_at: String,
}

/// Removes the chat and its messages for good. Checks in this order: key, `force`, id. `force` is read and has no
/// effect: connections that could stand in the way are not open.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    query.bool("force")?;
    let key = ids::chat(params.get("conversation"))?;
    let scope = Scope::write(Resource::Conversations);
    let at = conversation::delete(&app.engine, &ctx, key, scope).await?;
    let body = Deleted {
        success: true,
        message: "Chat deleted successfully",
        deleted_at: time::iso(at),
    };
    Ok(reply::json(StatusCode::OK, &body))
}
