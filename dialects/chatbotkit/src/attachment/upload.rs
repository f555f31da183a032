//! `POST /conversation/{conversation}/attachment/upload`, after the vendor's manual on conversation attachments, and
//! `POST /Attachment/{conversation}/upload`, the path that the vendor's SDK sends it to.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::file::Target;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody, RequestMeta, response};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::file::FilePath;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::post;
use crate::prefix::Prefix;
use crate::storage::{Received, UploadRequest, receive, uploads};
use crate::{HandlerResult, conversation_access, ids};

/// The vendor's page on this endpoint.
const MANUAL: &str = "Conversation Attachments";
/// Name of a file that is uploaded without one.
const DEFAULT_NAME: &str = "attachment";

/// A file that is stored, or that waits for its bytes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConversationAttachmentUploadResponse {
    /// The file's id.
    id: String,
    /// What it is called.
    name: String,
    /// The request that brings its bytes, where only its type and size were given. Until then it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    upload_request: Option<UploadRequest>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/attachment/upload";
    documented(post(prefix, path, handle)).doc("Store a file for a conversation", MANUAL)
}

/// Declares the route at the path of the vendor's client.
pub(crate) fn client_route(prefix: Prefix) -> Route {
    let path = "/api/v1/Attachment/{conversation}/upload";
    documented(post(prefix, path, handle)).doc("The same, as the vendor's client spells it", MANUAL)
}

fn documented(route: Route) -> Route {
    uploads(route)
        .scope(Scope::write(Resource::Messages))
        .responds::<ConversationAttachmentUploadResponse>(200, "The file, or where to send it")
}

async fn handle(
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
    conversation_access::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    let target = |name: Option<&str>| -> Result<Target> {
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let name = FilePath::from_segments([name.unwrap_or(DEFAULT_NAME)], "name")?;
        Ok(Target::Conversation(ConversationKey::Id(id), name))
    };
    let received = receive(&app, ctx, &meta, target, payload).await?;
    let Received {
        id,
        target: Target::Conversation(_, name) | Target::Space(_, name),
        request,
    } = received;
    let response = ConversationAttachmentUploadResponse {
        id: ids::format_file_id(id),
        name: name.as_str().to_owned(),
        upload_request: request,
    };
    Ok(response::json(StatusCode::OK, &response))
}
