//! `POST /conversation/{conversation}/message/batch/create`, after the vendor's manual on batch creating messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::Route;
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
use crate::documented::post;
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, ids};

/// Maximum number of messages in a batch.
const MAX_ITEMS: usize = 100;
/// Maximum length of the `id` of an item, in characters.
const MAX_ORIGINAL_ID_CHARS: usize = 512;

/// Messages to store, in their order.
#[derive(Deserialize, ToSchema)]
struct MessageBatchCreateRequest {
    /// The messages, each as for `message/create`; the `id` of one is its caller's own and is returned with the new one.
    #[serde(default, deserialize_with = "exact_objects")]
    #[schema(value_type = Vec<MessageCreateRequest>, required = true, min_items = 1, max_items = 100)]
    items: Option<Vec<Map<String, Value>>>,
}

/// The ids of the messages that were stored, in the order of the request.
#[derive(Serialize, ToSchema)]
struct MessageBatchCreateResponse {
    items: Vec<MessageBatchItem>,
}

/// A message that was stored.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MessageBatchItem {
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

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/message/batch/create";
    post(prefix, path, handle)
        .doc("Store several messages, all of them or none", super::MANUAL)
        .body::<MessageBatchCreateRequest>()
        .scope(Scope::write(Resource::Messages))
        .responds::<MessageBatchCreateResponse>(200, "Their ids, in the order of the request")
}

/// Stores all messages in one transaction. No assistant answers.
async fn handle(
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
    let (mut original_ids, mut messages) = (Vec::new(), Vec::new());
    for (index, item) in items.into_iter().enumerate() {
        let (original_id, message) = parse_item(index, item)?;
        original_ids.push(original_id);
        messages.push(message.to_initial_message("items", index)?);
    }
    let conversation = params.get("conversation");
    let found = conversation_access::find_for_message_update(&app, ctx, conversation).await?;
    let conversation = ConversationKey::Number(found.number);
    let stored = message::create_batch(&app.engine, ctx, conversation, messages).await?;
    let items = stored.into_iter().zip(original_ids);
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

/// Parses an item: the id that its caller gave it, and the message.
///
/// # Errors
/// `Invalid`, with the index of the item in the field's name.
fn parse_item(
    index: usize,
    mut map: Map<String, Value>,
) -> Result<(Option<String>, MessageCreateRequest)> {
    let with_index = |error: Error| match error.kind() {
        ErrorKind::Invalid { field, rule } => {
            Error::invalid(format!("items[{index}].{field}"), rule.clone())
        }
        _ => error,
    };
    let original_id = match map.remove("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => {
            text::validate_length(&id, "id", MAX_ORIGINAL_ID_CHARS).map_err(with_index)?;
            Some(id)
        }
        Some(_) => return Err(with_index(Error::invalid("id", "must be a string"))),
    };
    Ok((original_id, deserialize_map(map).map_err(with_index)?))
}
