//! `POST /channel/{channel}/publish`, after the vendor's manual on channels.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::channel;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::Error;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::encode::escape_non_ascii;
use crate::{HandlerResult, body};

/// A message for whoever subscribes.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ChannelPublishRequest {
    /// Any JSON object of at most 64 KiB.
    #[serde(default, deserialize_with = "body::nullable_object")]
    #[schema(value_type = Object, required = true)]
    message: Option<Map<String, Value>>,
}

/// The channel that was published to.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChannelPublishResponse {
    /// Its id.
    id: String,
}

/// The message reaches those who subscribe now, and for an hour those who ask for history. It is stored nowhere: a
/// restart forgets it.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let id = params.get("channel");
    let request: ChannelPublishRequest = body::parse(payload).await?;
    let message = request
        .message
        .ok_or_else(|| Error::invalid("message", "must be an object"))?;
    let text = escape_non_ascii(&Value::Object(message).to_string());
    channel::publish(&app.engine, &caller.ctx, id, &text)?;
    let response = ChannelPublishResponse { id: id.to_owned() };
    Ok(response::json(StatusCode::OK, &response))
}
