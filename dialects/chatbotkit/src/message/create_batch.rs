//! `POST /conversation/{conversation}/message/batch/create`, after the vendor's manual on batch creating messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message as engine;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::ErrorKind;
use parlor_model::json::exact_objects;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result, text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::MessageCreateRequest;
use crate::auth::Caller;
use crate::conversation::authorize;
use crate::{HandlerResult, body, ids};

/// Messages of a batch at the most.
const MAX_ITEMS: usize = 100;
/// Longest id of an item, in characters.
const MAX_ORIGINAL_ID_CHARS: usize = 512;

/// Messages to store, in their order.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MessageBatchCreateRequest {
    /// The messages, each as for `message/create`; the `id` of one is its caller's own and is returned with the new one.
    #[serde(default, deserialize_with = "exact_objects")]
    #[schema(value_type = Vec<MessageCreateRequest>, required = true, min_items = 1, max_items = 100)]
    items: Option<Vec<Map<String, Value>>>,
}

/// The ids of the messages that were stored, in the order of the request.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageBatchCreateResponse {
    items: Vec<MessageBatchItem>,
}

/// A message that was stored.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageBatchItem {
    /// Its id.
    id: String,
    /// What was found in its text beyond what was given: nothing is looked for.
    #[schema(value_type = Vec<Object>)]
    entities: [Value; 0],
    /// The id that the caller calls it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    original_id: Option<String>,
}

/// All of them are stored or none; nobody answers them.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let request: MessageBatchCreateRequest = body::parse(payload).await?;
    let items = request.items.unwrap_or_default();
    if items.is_empty() || items.len() > MAX_ITEMS {
        let rule = "must have between 1 and 100 items";
        return Err(Error::invalid("items", rule).into());
    }
    let (mut originals, mut messages) = (Vec::new(), Vec::new());
    for (place, item) in items.into_iter().enumerate() {
        let (original, message) = parse_item(place, item)?;
        originals.push(original);
        messages.push(message.to_initial_message("items", place)?);
    }
    let home = authorize::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    let home = ConversationKey::Number(home.number);
    let stored = engine::create_batch(&app.engine, ctx, home, messages).await?;
    let items = stored.into_iter().zip(originals);
    let response = MessageBatchCreateResponse {
        items: items
            .map(|(id, original_id)| MessageBatchItem {
                id: ids::format_message_id(id),
                entities: [],
                original_id,
            })
            .collect(),
    };
    Ok(response::json(StatusCode::OK, &response))
}

/// An item's own id and the message; refusals say which item.
fn parse_item(
    place: usize,
    mut map: Map<String, Value>,
) -> Result<(Option<String>, MessageCreateRequest)> {
    let named = |error: Error| match error.kind() {
        ErrorKind::Invalid { field, rule } => {
            Error::invalid(format!("items[{place}].{field}"), rule.clone())
        }
        _ => error,
    };
    let original = match map.remove("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => {
            text::validate_length(&id, "id", MAX_ORIGINAL_ID_CHARS).map_err(named)?;
            Some(id)
        }
        Some(_) => return Err(named(Error::invalid("id", "must be a string"))),
    };
    Ok((original, deserialize_map(map).map_err(named)?))
}
