//! `PATCH /api/v1/chats/{conversation}`.
//!
//! Accepted and ignored: unknown fields beside known ones. A body with unknown fields alone is an error. `null` counts as
//! absent.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::route::{Route, patch};
use parlor_kit::{AppState, ContentTypePolicy, PathParams, RequestBody, request_body, response};
use parlor_model::conversation::{ConversationState, UpdateConversation};
use parlor_model::json::exact_object;
use parlor_model::{Error, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::chat_status;
use super::create::{MAX_TITLE_CHARS, validated_metadata};
use super::get::ChatDetailResponse;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, CHATS_WRITE_SCOPE, NO_CHAT, NOT_JSON, TOO_LARGE};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// Characters of an unknown field's name that the error repeats.
const MAX_FIELD_NAME_CHARS: usize = 64;

/// What to change of a chat; what is absent or null stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Change)]
struct UpdateChatRequest {
    /// 1 to 255 characters, not blank.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    title: Option<String>,
    /// Replaces the metadata whole; at most 16 KiB.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// `active` or `closed`.
    status: Option<ChatStatus>,
}

/// Where a chat is in its life.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Status)]
enum ChatStatus {
    Active,
    Closed,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    patch("/api/v1/chats/{conversation}", handle)
        .doc("Changes a chat; what is absent stays", "")
        .scope(CHATS_WRITE_SCOPE)
        .body::<UpdateChatRequest>()
        .optional()
        .example(r#"{"title":"Parcel found","status":"closed"}"#)
        .responds::<ChatDetailResponse>(200, "The chat as it is now.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_CHAT, TOO_LARGE, NOT_JSON])
}

/// Checks in this order: key, JSON body, `title`, `metadata`, id.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let map = payload.object(ContentTypePolicy::Json).await?;
    check_known_fields(&map)?;
    let change: UpdateChatRequest = request_body::deserialize_map(map)?;
    let title = change.title.as_deref().map(validated_title).transpose()?;
    let metadata = change.metadata.map(validated_metadata).transpose()?;
    let key = ids::parse_chat_id(params.get("conversation"))?;
    let state = match change.status {
        None => None,
        Some(status) => {
            let found = conversation::find(&app.engine, &ctx, key).await?;
            status.state_change(found.state)
        }
    };
    let command = UpdateConversation {
        title: title.map(Some),
        metadata,
        state,
        ..UpdateConversation::default()
    };
    conversation::update(&app.engine, &ctx, key, command).await?;
    let found = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let body = ChatDetailResponse::from_details(ctx.workspace, found);
    Ok(response::json(StatusCode::OK, &body))
}

/// The fields that can be updated.
const FIELDS: [&str; 3] = ["title", "metadata", "status"];

/// Refuses a body whose fields are all unknown: success would hide that nothing was changed.
fn check_known_fields(map: &Map<String, Value>) -> Result<()> {
    if map.keys().any(|key| FIELDS.contains(&key.as_str())) {
        return Ok(());
    }
    match map.keys().next() {
        None => Ok(()),
        Some(key) => Err(Error::invalid(
            key.chars().take(MAX_FIELD_NAME_CHARS).collect::<String>(),
            "cannot be changed: title, metadata and status can",
        )),
    }
}

fn validated_title(title: &str) -> Result<String> {
    let title = text::normalize_optional(Some(title), "title", MAX_TITLE_CHARS)?;
    title.ok_or_else(|| Error::invalid("title", "must not be blank"))
}

impl ChatStatus {
    /// Returns the new state, or `None` if `present` has this status already: an archived conversation stays archived.
    fn state_change(self, present: ConversationState) -> Option<ConversationState> {
        let (status, state) = match self {
            Self::Active => ("active", ConversationState::Active),
            Self::Closed => ("closed", ConversationState::Closed),
        };
        (chat_status(present) != status).then_some(state)
    }
}
