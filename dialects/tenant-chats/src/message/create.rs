//! `POST /api/v1/chats/{conversation}/messages`.
//!
//! Read and ignored: every field not named here. A field that is null is as one that is absent.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use parlor_engine::{conversation, message};
use parlor_kit::{App, MediaType, Params, Payload, body, once, reply};
use parlor_model::conversation::{ConversationKey, State as Life};
use parlor_model::details::{Details, Media};
use parlor_model::error::Conflict;
use parlor_model::json::exact_object;
use parlor_model::message::{CreateMessage, Role};
use parlor_model::{Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::ChatMessage;
use super::speaker;
use crate::auth::Caller;
use crate::{Fail, ids};

/// Longest content, in characters.
const LONGEST: usize = 32_768;
/// Longest id of a client's own, in characters.
const LONGEST_CLIENT_ID: usize = 255;
/// Longest address of what is attached, in characters.
const LONGEST_URL: usize = 2_048;

/// What to say.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Said {
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
    sender_role: Option<Sender>,
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
enum Sender {
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

/// Checks in this order: key, body's form, `content`, `user_id`, `metadata`, `media_url`, `client_message_id`, id,
/// whether the chat is open. Nobody is made by a message that is refused for any of these.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let said: Said = body::typed(payload.object(MediaType::Json).await?)?;
    let content = checked(said.content)?;
    let named = said.user_id.as_deref().map(ids::user).transpose()?;
    let metadata = Metadata::new(said.metadata.unwrap_or_default(), "metadata")?;
    let media = attached(said.media_type, said.media_url)?;
    let client_id = said.client_message_id.map(repeatable).transpose()?;
    let role = match said.sender_role {
        None | Some(Sender::User) => Role::User,
        Some(Sender::Assistant) => Role::Assistant,
    };
    let key = ids::chat(params.get("conversation"))?;
    let chat = conversation::outline(&app.engine, &ctx, key).await?;
    if chat.state != Life::Active {
        return Err(Error::conflict(Conflict::Closed).into());
    }
    let number = speaker::of(&app.engine, &ctx, &chat, named, role).await?;
    let command = CreateMessage {
        details: Details {
            media,
            ..Details::default()
        },
        metadata,
        client_id,
        ..CreateMessage::new(ConversationKey::Number(chat.number), number, role, content)
    };
    let made = message::create_in(&app.engine, &ctx, &chat, command).await?;
    let mut response = reply::json(StatusCode::CREATED, &ChatMessage::of(made.message));
    if made.duplicate {
        response.headers_mut().insert(
            HeaderName::from_static(once::REPLAYED),
            HeaderValue::from_static("true"),
        );
    }
    Ok(response)
}

fn checked(content: String) -> Result<String> {
    if content.trim().is_empty() {
        return Err(Error::invalid("content", "must not be blank"));
    }
    text::limit(&content, "content", LONGEST)?;
    Ok(content)
}

fn attached(kind: Option<MediaKind>, url: Option<String>) -> Result<Option<Media>> {
    let url = url
        .map(|url| {
            text::limit(&url, "media_url", LONGEST_URL)?;
            if url.trim().is_empty() {
                return Err(Error::invalid("media_url", "must not be empty"));
            }
            Ok(url)
        })
        .transpose()?;
    let word = match (kind, &url) {
        (None, None) => return Ok(None),
        (Some(MediaKind::Image), _) => "image",
        (Some(MediaKind::File) | None, _) => "file",
    };
    Ok(Some(Media {
        kind: word.to_owned(),
        url,
    }))
}

fn repeatable(id: String) -> Result<String> {
    text::limit(&id, "client_message_id", LONGEST_CLIENT_ID)?;
    if id.trim().is_empty() {
        return Err(Error::invalid("client_message_id", "must not be empty"));
    }
    Ok(id)
}
