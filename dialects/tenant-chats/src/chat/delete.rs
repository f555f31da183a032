//! `DELETE /api/v1/chats/{conversation}`, after api-reference/chats/delete-chat.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_gateway::Gateway;
use parlor_kit::{App, Params, Query, reply, time};
use parlor_model::Error;
use parlor_model::error::Conflict;
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

/// Removes the chat and its messages for good. Checks in this order: key, `force`, id, open connections to this server,
/// which `force` closes.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    let force = query.bool("force")?.unwrap_or(false);
    let key = ids::chat(params.get("conversation"))?;
    let scope = Scope::write(Resource::Conversations);
    let chat = conversation::find(&app.engine, &ctx, key).await?;
    let open = Gateway::of(&app)?
        .seats
        .of_conversation(ctx.ws(), chat.number);
    if open > 0 && !force {
        return Err(Error::conflict(Conflict::InUse).into());
    }
    let at = conversation::delete(&app.engine, &ctx, key, scope).await?;
    let body = Deleted {
        success: true,
        message: "Chat deleted successfully",
        deleted_at: time::iso(at),
    };
    Ok(reply::json(StatusCode::OK, &body))
}
