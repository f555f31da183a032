//! `POST /api/v1/chats/{conversation}/messages`.
//!
//! Accepted and ignored: unknown fields. `null` counts as absent.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use parlor_engine::{conversation, message};
use parlor_kit::route::{ParameterKind, Route, post};
use parlor_kit::{
    AppState, ContentTypePolicy, PathParams, RequestBody, idempotency, request_body, response,
};
use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::error::ConflictReason;
use parlor_model::json::exact_object;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::message_details::{Attachment, MessageDetails};
use parlor_model::{Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::MessageResponse;
use super::sender::resolve_sender;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_CHAT, NOT_JSON, SEND_SCOPE, TOO_LARGE};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// Maximum length of the content, in characters.
const MAX_CONTENT_CHARS: usize = 32_768;
/// Maximum length of `client_message_id`, in characters.
const MAX_CLIENT_ID_CHARS: usize = 255;
/// Maximum length of `media_url`, in characters.
const MAX_URL_CHARS: usize = 2_048;

/// What to say.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Said)]
struct CreateMessageRequest {
    /// 1 to 32,768 characters, not blank.
    #[schema(min_length = 1, max_length = 32_768, pattern = r"[^\s\x85]")]
    content: String,
    /// Who speaks: the chat's user where it is absent. Another user of the tenant, made on first use, joins the chat.
    #[schema(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    user_id: Option<String>,
    /// `user` by default.
    sender_role: Option<SenderRole>,
    /// Any keys, at most 64 KiB.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// `image` or `file`; `file` where only an address is given.
    media_type: Option<MediaKind>,
    /// Where what is attached can be had: at most 2,048 characters.
    #[schema(min_length = 1, max_length = 2_048, pattern = r"[^\s\x85]")]
    media_url: Option<String>,
    /// Makes sending repeatable: 1 to 255 characters, unique per chat and speaker.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    client_message_id: Option<String>,
}

/// As what somebody speaks.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Sender)]
enum SenderRole {
    User,
    Assistant,
}

/// What is attached.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum MediaKind {
    Image,
    File,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post("/api/v1/chats/{conversation}/messages", handle)
        .doc("Says something in a chat", "")
        .scope(SEND_SCOPE)
        .acts_as_member()
        .body::<CreateMessageRequest>()
        .example(r#"{"content":"Where is my parcel?","client_message_id":"c-1"}"#)
        .responds::<MessageResponse>(
            201,
            "The message. A repeat of one that was sent says so in `Idempotent-Replayed`.",
        )
        .response_header(
            idempotency::REPLAYED_HEADER,
            ParameterKind::OneOf(&["true"]),
            "The request was a repeat: its `client_message_id` was there.",
        )
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_CHAT,
            (409, "The chat is closed, or is for two who are given."),
            TOO_LARGE,
            NOT_JSON,
        ])
}

/// Checks in this order: key, JSON body, `content`, `user_id`, `metadata`, `media_url`, `client_message_id`, id, whether
/// the chat is open. A message that fails any of these checks creates no user.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: CreateMessageRequest =
        request_body::deserialize_map(payload.object(ContentTypePolicy::Json).await?)?;
    let content = validated_content(body.content)?;
    let sender = body
        .user_id
        .as_deref()
        .map(ids::parse_user_id)
        .transpose()?;
    let metadata = Metadata::new(body.metadata.unwrap_or_default(), "metadata")?;
    let media = validated_attachment(body.media_type, body.media_url)?;
    let client_id = body
        .client_message_id
        .map(validated_client_id)
        .transpose()?;
    let role = match body.sender_role {
        None | Some(SenderRole::User) => MessageRole::User,
        Some(SenderRole::Assistant) => MessageRole::Assistant,
    };
    let key = ids::parse_chat_id(params.get("conversation"))?;
    let chat = conversation::find_header(&app.engine, &ctx, key).await?;
    if chat.state != ConversationState::Active {
        return Err(Error::conflict(ConflictReason::Closed).into());
    }
    let author = resolve_sender(&app.engine, &ctx, &chat, sender, role).await?;
    let command = CreateMessage {
        details: MessageDetails {
            media,
            ..MessageDetails::default()
        },
        metadata,
        client_id,
        ..CreateMessage::new(ConversationKey::Number(chat.number), author, role, content)
    };
    let result = message::create_in_conversation(&app.engine, &ctx, &chat, command).await?;
    let mut response = response::json(
        StatusCode::CREATED,
        &MessageResponse::from_message(result.message),
    );
    if result.duplicate {
        response.headers_mut().insert(
            HeaderName::from_static(idempotency::REPLAYED_HEADER),
            HeaderValue::from_static("true"),
        );
    }
    Ok(response)
}

fn validated_content(content: String) -> Result<String> {
    if content.trim().is_empty() {
        return Err(Error::invalid("content", "must not be blank"));
    }
    text::validate_length(&content, "content", MAX_CONTENT_CHARS)?;
    Ok(content)
}

fn validated_attachment(
    kind: Option<MediaKind>,
    url: Option<String>,
) -> Result<Option<Attachment>> {
    let url = url
        .map(|url| {
            text::validate_length(&url, "media_url", MAX_URL_CHARS)?;
            if url.trim().is_empty() {
                return Err(Error::invalid("media_url", "must not be empty"));
            }
            Ok(url)
        })
        .transpose()?;
    let kind = match (kind, &url) {
        (None, None) => return Ok(None),
        (Some(MediaKind::Image), _) => "image",
        (Some(MediaKind::File) | None, _) => "file",
    };
    Ok(Some(Attachment {
        kind: kind.to_owned(),
        url,
    }))
}

fn validated_client_id(id: String) -> Result<String> {
    text::validate_length(&id, "client_message_id", MAX_CLIENT_ID_CHARS)?;
    if id.trim().is_empty() {
        return Err(Error::invalid("client_message_id", "must not be empty"));
    }
    Ok(id)
}
