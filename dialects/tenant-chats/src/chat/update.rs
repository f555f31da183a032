//! `PATCH /api/v1/chats/{conversation}`.
//!
//! Read and ignored: every field not named here, beside one that is; alone they are refused. A field that is null is as
//! one that is absent.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, MediaType, Params, Payload, body, reply};
use parlor_model::conversation::{State as Life, UpdateConversation};
use parlor_model::json::exact_object;
use parlor_model::{Error, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::create::{LONGEST_TITLE, checked};
use super::get::ChatDetail;
use super::status;
use crate::auth::Caller;
use crate::{Fail, ids};

/// Characters of an unknown field's name that a refusal repeats.
const LONGEST_KEY: usize = 64;

/// What to change of a chat; what is absent or null stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Change {
    /// 1 to 255 characters, not blank.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    title: Option<String>,
    /// Replaces the metadata whole; at most 16 KiB.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// `active` or `closed`.
    status: Option<Status>,
}

/// Where a chat is in its life.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Status {
    Active,
    Closed,
}

/// Checks in this order: key, body's form, `title`, `metadata`, id.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let map = payload.object(MediaType::Json).await?;
    not_only_unknown(&map)?;
    let change: Change = body::typed(map)?;
    let title = change.title.as_deref().map(named).transpose()?;
    let metadata = change.metadata.map(checked).transpose()?;
    let key = ids::chat(params.get("conversation"))?;
    let state = match change.status {
        None => None,
        Some(wanted) => {
            let found = conversation::find(&app.engine, &ctx, key).await?;
            wanted.from(found.state)
        }
    };
    let command = UpdateConversation {
        title: title.map(Some),
        metadata,
        state,
        ..UpdateConversation::default()
    };
    conversation::update(&app.engine, &ctx, key, command).await?;
    let found = conversation::whole(&app.engine, &ctx, key).await?;
    let body = ChatDetail::of(ctx.workspace, found);
    Ok(reply::json(StatusCode::OK, &body))
}

/// The fields that can be changed.
const FIELDS: [&str; 3] = ["title", "metadata", "status"];

/// Refuses a body that means to change something and names nothing that can be: an answer of success would hide that.
fn not_only_unknown(map: &Map<String, Value>) -> Result<()> {
    if map.keys().any(|key| FIELDS.contains(&key.as_str())) {
        return Ok(());
    }
    match map.keys().next() {
        None => Ok(()),
        Some(key) => Err(Error::invalid(
            key.chars().take(LONGEST_KEY).collect::<String>(),
            "cannot be changed: title, metadata and status can",
        )),
    }
}

fn named(title: &str) -> Result<String> {
    let title = text::optional(Some(title), "title", LONGEST_TITLE)?;
    title.ok_or_else(|| Error::invalid("title", "must not be blank"))
}

impl Status {
    /// The state to go to, where the present one is not shown by this word already: what is archived stays so.
    fn from(self, present: Life) -> Option<Life> {
        let (word, state) = match self {
            Self::Active => ("active", Life::Active),
            Self::Closed => ("closed", Life::Closed),
        };
        (status(present) != word).then_some(state)
    }
}
