//! `DELETE /chats/{chat_id}`: for good, with its messages. Ordinary users archive.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::{Fail, ids};

/// Asks for `chats:admin`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let admin = Scope::admin(Resource::Conversations);
    ctx.require(admin)?;
    let key = ids::chat(params.get("conversation"))?;
    conversation::delete(&app.engine, &ctx, key, admin).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
