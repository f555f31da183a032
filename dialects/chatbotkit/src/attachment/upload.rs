//! `POST /conversation/{conversation}/attachment/upload`, after the vendor's manual on conversation attachments.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::file::Target;
use parlor_kit::{AppState, PathParams, RequestBody, RequestMeta, response};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::file::FilePath;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::conversation::authorize;
use crate::storage::receive::{self, Received};
use crate::storage::signed::UploadRequest;
use crate::{HandlerResult, ids};

/// What a file is called that came without a name.
const UNNAMED: &str = "attachment";

/// A file that is stored, or that waits for its bytes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationAttachmentUploadResponse {
    /// The file's id.
    id: String,
    /// What it is called.
    name: String,
    /// The request that brings its bytes, where only its type and size were given. Until then it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    upload_request: Option<UploadRequest>,
}

/// Stores a file for a conversation.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    meta: RequestMeta,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    let id = ids::parse_conversation_id(params.get("conversation"))?;
    payload.check_encoding()?;
    authorize::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    let target = |name: Option<&str>| -> Result<Target> {
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let name = FilePath::from_segments([name.unwrap_or(UNNAMED)], "name")?;
        Ok(Target::Conversation(ConversationKey::Id(id), name))
    };
    let received = receive::receive(&app, ctx, &meta, target, payload).await?;
    let Received {
        id,
        target: Target::Conversation(_, name) | Target::Space(_, name),
        request,
    } = received;
    let response = ConversationAttachmentUploadResponse {
        id: ids::of_file(id),
        name: name.as_str().to_owned(),
        upload_request: request,
    };
    Ok(response::json(StatusCode::OK, &response))
}
