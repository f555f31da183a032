//! `POST /api/v1/chats/`, after api-reference/chats/create.
//!
//! Read and ignored: every field the page does not name, `tenant_id` first of all, since the key alone decides the
//! tenant.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use parlor_engine::conversation::{self, Created};
use parlor_kit::{App, MediaType, Payload, body, ids as core, once, reply, time};
use parlor_model::conversation::{CreateConversation, Kind};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::json::exact_object;
use parlor_model::{Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Chat, Config, automatic_title};
use crate::auth::Caller;
use crate::{Fail, ids};

/// Longest metadata of a chat as compact JSON, in bytes.
const LARGEST_METADATA: usize = 16 * 1024;
/// Longest title, in characters.
pub(super) const LONGEST_TITLE: usize = 255;

/// What to make a chat of.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Body {
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

/// Checks in this order: key, body's form, `user_id`, `title`, `metadata`, idempotency key.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail> {
    let bytes = payload.text(MediaType::Json).await?;
    let Body {
        user_id,
        title,
        metadata,
    } = body::typed(body::object(&bytes)?)?;
    let subject = ids::user(&user_id)?;
    let given = text::optional(title.as_deref(), "title", LONGEST_TITLE)?;
    let metadata = checked(metadata.unwrap_or_default())?;
    let command = CreateConversation {
        title_is_automatic: given.is_none(),
        title: Some(given.unwrap_or_else(|| automatic_title(app.engine.now()))),
        subject: Some(subject),
        metadata: metadata.clone(),
        ..CreateConversation::of(Kind::Chat)
    };
    let workspace = ctx.workspace;
    let render = Arc::new(move |made: &Created| {
        let chat = Chat::made(workspace, made, &user_id, &metadata);
        serde_json::to_vec(&chat).unwrap_or_default()
    });
    let scope = "chats.create".to_owned();
    let Some(once) = once::read(&headers, scope, &bytes, render.clone())? else {
        let made = conversation::create(&app.engine, &ctx, command).await?;
        return Ok(created(render(&made)));
    };
    let answer = conversation::create_once(&app.engine, &ctx, command, once).await?;
    let mut response = created(answer.body);
    if answer.replayed {
        response.headers_mut().insert(
            HeaderName::from_static(once::REPLAYED),
            HeaderValue::from_static("true"),
        );
    }
    Ok(response)
}

/// A chat's metadata, by its size.
pub(super) fn checked(metadata: Map<String, Value>) -> Result<Metadata> {
    let metadata = Metadata::new(metadata, "metadata")?;
    if metadata.to_text().len() > LARGEST_METADATA {
        return Err(Error::invalid("metadata", "must be at most 16 KiB"));
    }
    Ok(metadata)
}

fn created(body: Vec<u8>) -> Response {
    reply::bytes_of(StatusCode::CREATED, "application/json", body)
}

impl Chat {
    /// A chat that has just been made, from what was sent and what was decided: nothing is read back.
    fn made(workspace: WorkspaceRef, made: &Created, user_id: &str, metadata: &Metadata) -> Self {
        let at = time::iso(made.at);
        Self {
            id: core::dashed(made.id),
            user_id: user_id.to_owned(),
            tenant_id: core::dashed(workspace.id),
            title: made.title.clone().unwrap_or_default(),
            config: Config::of(metadata.clone()),
            created_at: at.clone(),
            updated_at: at,
            last_message_at: None,
        }
    }
}
