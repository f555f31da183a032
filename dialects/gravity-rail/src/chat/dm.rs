//! `POST /chats/dm`, after developer/api/workspace/chats/crud.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, Payload, reply};
use parlor_model::conversation::ConversationKey;
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::show;
use crate::auth::Caller;
use crate::ids::Reference;
use crate::{Fail, body};

/// With whom.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DmRequest {
    /// Another member of the workspace.
    member_id: Reference,
}

/// The one DM of the caller and the other, made on first use. Starting one with a human asks for `dm:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail> {
    let DmRequest { member_id } = body::read(payload).await?;
    let actor = ctx.member()?;
    if member_id.names(actor.number, actor.id) {
        return Err(Error::invalid("memberId", "must be somebody else").into());
    }
    let direct = conversation::direct(&app.engine, &ctx, member_id.member(), true).await?;
    let key = ConversationKey::Number(direct.number);
    let whole = conversation::whole(&app.engine, &ctx, key).await?;
    let chat = show::one(&app, &ctx, whole).await?;
    Ok(reply::json(StatusCode::OK, &chat))
}
