//! `GET /chats/{chat_id}`, named by developer/api/workspace/chats/crud.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, Params, reply};

use super::show;
use crate::auth::Caller;
use crate::{Fail, ids};

/// One's own chat, or any with `chats:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"))?;
    let whole = conversation::whole(&app.engine, &ctx, key).await?;
    let chat = show::one(&app, &ctx, whole).await?;
    Ok(reply::json(StatusCode::OK, &chat))
}
