//! `GET /api/v1/chats/{conversation}`, after api-reference/chats/get-chat.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation::{self, Whole};
use parlor_kit::{App, Params, reply};
use parlor_model::ctx::WorkspaceRef;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Chat, status};
use crate::auth::Caller;
use crate::{Fail, ids};

/// A chat with what only a single one shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChatDetail {
    #[serde(flatten)]
    chat: Chat,
    /// How much users and assistants have said.
    message_count: i64,
    /// `active` or `closed`.
    status: &'static str,
}

/// Checks in this order: key, id.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"))?;
    let found = conversation::whole(&app.engine, &ctx, key).await?;
    let body = ChatDetail::of(ctx.workspace, found);
    Ok(reply::json(StatusCode::OK, &body))
}

impl ChatDetail {
    pub(super) fn of(workspace: WorkspaceRef, found: Whole) -> Self {
        Self {
            message_count: found.counts.said(),
            status: status(found.conversation.state),
            chat: Chat::of(workspace, found.conversation),
        }
    }
}
