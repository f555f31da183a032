//! `POST /api/v1/chats/`, after api-reference/chats/create.
//!
//! Accepted and ignored: every field that the page does not name, also `tenant_id`, because the key alone determines the
//! tenant.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use parlor_engine::conversation::{self, CreateConversationResult};
use parlor_kit::ids::format_uuid;
use parlor_kit::route::{ParameterKind, Route, post};
use parlor_kit::{
    AppState, ContentTypePolicy, RequestBody, idempotency, request_body, response, time,
};
use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::json::exact_object;
use parlor_model::{Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{ChatConfig, ChatResponse, automatic_title};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, CHATS_WRITE_SCOPE, NOT_JSON, TOO_LARGE};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// Maximum size of a chat's metadata as compact JSON, in bytes.
const MAX_METADATA_BYTES: usize = 16 * 1024;
/// Maximum length of a title, in characters.
pub(super) const MAX_TITLE_CHARS: usize = 255;

/// What to make a chat of.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Body)]
struct CreateChatRequest {
    /// The customer's own id of the user: 1 to 255 characters. A user nobody knows yet is made.
    #[schema(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    user_id: String,
    /// At most 255 characters; blank or absent, one is made.
    #[schema(max_length = 255)]
    title: Option<String>,
    /// Any keys, at most 16 KiB.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post("/api/v1/chats/", handle)
        .doc("Creates a chat for a user", "api-reference/chats/create")
        .scope(CHATS_WRITE_SCOPE)
        .typed_header(
            "Idempotency-Key",
            ParameterKind::Matching("^[!-~]([ -~]{0,253}[!-~])?$"),
            "A repeat within 24 hours gives the first answer.",
        )
        .body::<CreateChatRequest>()
        .example(r#"{"user_id":"customer-7","title":"Late parcel","metadata":{"desk":"returns"}}"#)
        .responds::<ChatResponse>(201, "The chat.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            (409, "The idempotency key came with another body."),
            TOO_LARGE,
            NOT_JSON,
        ])
}

/// Checks in this order: key, JSON body, `user_id`, `title`, `metadata`, idempotency key.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let bytes = payload.text(ContentTypePolicy::Json).await?;
    let CreateChatRequest {
        user_id,
        title,
        metadata,
    } = request_body::deserialize_map(request_body::parse_object(&bytes)?)?;
    let subject = ids::parse_user_id(&user_id)?;
    let title = text::normalize_optional(title.as_deref(), "title", MAX_TITLE_CHARS)?;
    let metadata = validated_metadata(metadata.unwrap_or_default())?;
    let command = CreateConversation {
        title_is_automatic: title.is_none(),
        title: Some(title.unwrap_or_else(|| automatic_title(app.engine.now()))),
        subject: Some(subject),
        metadata: metadata.clone(),
        ..CreateConversation::new(ConversationKind::Chat)
    };
    let workspace = ctx.workspace;
    let render = Arc::new(move |created: &CreateConversationResult| {
        let chat = ChatResponse::from_created(workspace, created, &user_id, &metadata);
        serde_json::to_vec(&chat).unwrap_or_default()
    });
    let scope = "chats.create".to_owned();
    let Some(request) = idempotency::read_idempotency_key(&headers, scope, &bytes, render.clone())?
    else {
        let created = conversation::create(&app.engine, &ctx, command).await?;
        return Ok(created_response(render(&created)));
    };
    let stored = conversation::create_idempotent(&app.engine, &ctx, command, request).await?;
    let mut response = created_response(stored.body);
    if stored.replayed {
        response.headers_mut().insert(
            HeaderName::from_static(idempotency::REPLAYED_HEADER),
            HeaderValue::from_static("true"),
        );
    }
    Ok(response)
}

/// Validates the size of a chat's metadata.
///
/// # Errors
/// `Invalid` if it is too large or no valid metadata.
pub(super) fn validated_metadata(metadata: Map<String, Value>) -> Result<Metadata> {
    let metadata = Metadata::new(metadata, "metadata")?;
    if metadata.to_text().len() > MAX_METADATA_BYTES {
        return Err(Error::invalid("metadata", "must be at most 16 KiB"));
    }
    Ok(metadata)
}

fn created_response(body: Vec<u8>) -> Response {
    response::from_bytes(StatusCode::CREATED, "application/json", body)
}

impl ChatResponse {
    /// Renders a chat that was just created, from the request and the command's result, without reading it again.
    fn from_created(
        workspace: WorkspaceRef,
        created: &CreateConversationResult,
        user_id: &str,
        metadata: &Metadata,
    ) -> Self {
        let at = time::format_iso(created.at);
        Self {
            id: format_uuid(created.id),
            user_id: user_id.to_owned(),
            tenant_id: format_uuid(workspace.id),
            title: created.title.clone().unwrap_or_default(),
            config: ChatConfig::from_metadata(metadata.clone()),
            created_at: at.clone(),
            updated_at: at,
            last_message_at: None,
        }
    }
}
