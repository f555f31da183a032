//! `POST /chats/{chat_id}/attachments`. An endpoint of this server's own.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::file::{self, StoreFile, Target, Upload};
use parlor_kit::route::ParameterKind::Length;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, QueryParams, RequestBody};
use parlor_model::file::FilePath;
use parlor_model::file_name::clean_file_name;
use parlor_model::id::{FileId, IdOrNumber};
use parlor_model::{Id, Result};

use super::{AttachmentResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_CHAT, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::message::with_message_scope;
use crate::query::invalid_query_error;
use crate::respond::ok_json;
use crate::{HandlerError, ids};

/// Name of a file that is uploaded without one.
const DEFAULT_NAME: &str = "attachment";
const MAX_NAME_CHARS: usize = 200;

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/{conversation}/attachments"), handle)
        .doc("Stores a file for a chat", VENDOR_PAGE)
        .query(
            "name",
            Length(1, MAX_NAME_CHARS),
            "Its name; folders in it are left out.",
        )
        .body_media_type("application/octet-stream")
        .optional()
        .responds::<AttachmentResponse>(200, "The file, which `send-assistant-message` can send.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, NO_CHAT, TOO_LARGE])
}

/// Returns the name of the query without what could deceive, or the default.
fn given_name(query: &QueryParams) -> Result<String> {
    let given = query.get("name");
    let has_length = |name: &str| (1..=MAX_NAME_CHARS).contains(&name.chars().count());
    if given.is_some_and(|name| !has_length(name)) {
        return Err(invalid_query_error("name", "must be 1 to 200 characters"));
    }
    let clean = given.and_then(clean_file_name);
    Ok(clean.unwrap_or_else(|| DEFAULT_NAME.to_owned()))
}

/// The caller's own chat, or any with `chats:write`. The right is checked before any byte is read.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let ctx = with_message_scope(ctx);
    let chat = ids::parse_chat_key(params.get("conversation"))?;
    let name = given_name(&query)?;
    let target = Target::Conversation(
        chat,
        FilePath::from_segments([name.as_str()], "query.name")?,
    );
    payload.check_encoding()?;
    file::check_target(&app.engine, &ctx, &target).await?;
    let id: FileId = Id::new(app.engine.scan_upper_bound());
    let media_type = payload.media_type().map(str::to_owned);
    let limit = app.settings.file_limit;
    let mut upload = Upload::begin(&app.engine, &ctx, limit);
    let mut parts = payload.parts(limit)?;
    while let Some(bytes) = parts.next().await? {
        upload.write(&bytes).await?;
    }
    let command = StoreFile {
        id,
        target,
        media_type,
    };
    upload.store(&app.engine, &ctx, command).await?;
    let stored = file::attachment(&app.engine, &ctx, chat, IdOrNumber::Id(id)).await?;
    Ok(ok_json(&AttachmentResponse::with_link(&app, &ctx, stored)))
}
