//! `POST /chats/dm`, after developer/api/workspace/chats/crud.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::render;
use crate::auth::Caller;
use crate::ids::EntityRef;
use crate::{HandlerError, body};

/// With whom.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DmRequest)]
pub(crate) struct CreateDmRequest {
    /// Another member of the workspace.
    member_id: EntityRef,
}

/// The one DM of the caller and the other, made on first use. Starting one with a human asks for `dm:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let CreateDmRequest { member_id } = body::parse(payload).await?;
    let actor = ctx.member()?;
    if member_id.matches(actor.number, actor.id) {
        return Err(Error::invalid("memberId", "must be somebody else").into());
    }
    let direct =
        conversation::find_or_create_direct(&app.engine, &ctx, member_id.to_member_key(), true)
            .await?;
    let key = ConversationKey::Number(direct.number);
    let whole = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let chat = render::render_one(&app, &ctx, whole).await?;
    Ok(response::json(StatusCode::OK, &chat))
}
