//! `DELETE /chats/{chat_id}`: for good, with its messages. Ordinary users archive.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::{HandlerError, ids};

/// Asks for `chats:admin`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let admin = Scope::admin(Resource::Conversations);
    ctx.require(admin)?;
    let key = ids::parse_chat_key(params.get("conversation"))?;
    conversation::delete(&app.engine, &ctx, key, admin).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
