//! `POST /channel/{channel}/publish`, after the vendor's manual on channels.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::channel;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::post;
use crate::encode::escape_non_ascii;
use crate::prefix::Prefix;
use crate::{HandlerResult, body};

/// A message for whoever subscribes.
#[derive(Deserialize, ToSchema)]
struct ChannelPublishRequest {
    /// Any JSON object of at most 64 KiB.
    #[serde(default, deserialize_with = "body::nullable_object")]
    #[schema(value_type = Object, required = true)]
    message: Option<Map<String, Value>>,
}

/// The channel that was published to.
#[derive(Serialize, ToSchema)]
struct ChannelPublishResponse {
    /// Its id.
    id: String,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    post(prefix, "/api/v1/channel/{channel}/publish", handle)
        .doc(
            "Pass a message to whoever subscribes to a channel",
            super::MANUAL,
        )
        .body::<ChannelPublishRequest>()
        .scope(Scope::write(Resource::Messages))
        .responds::<ChannelPublishResponse>(200, "The channel's id")
}

/// Publishes a message to the current subscribers. For an hour it is also in the history that later subscribers may request.
/// It is kept in memory only, and lost on restart.
async fn handle(
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
