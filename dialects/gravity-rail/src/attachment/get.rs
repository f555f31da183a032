//! `GET /chats/{chat_id}/attachments/{attachment_id}`. An endpoint of this server's own.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::file;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::Result;

use super::{AttachmentResponse, NO_FILE, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, ids};

/// Declares the route.
pub(crate) fn route() -> Route {
    get(
        workspace_path!("/chats/{conversation}/attachments/{attachment}"),
        handle,
    )
    .doc(
        "Gets a file of a chat, with a link to its bytes",
        VENDOR_PAGE,
    )
    .responds::<AttachmentResponse>(200, "The file, and a link that is valid for 15 minutes.")
    .errors::<ErrorResponse>(&[NO_SCOPE, NO_FILE])
}

/// The caller's own chat, or any with `chats:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let chat = ids::parse_chat_key(params.get("conversation"))?;
    let key = ids::parse_key(params.get("attachment"))?;
    let found = file::attachment(&app.engine, &ctx, chat, key).await?;
    Ok(ok_json(&AttachmentResponse::with_link(&app, &ctx, found)))
}
