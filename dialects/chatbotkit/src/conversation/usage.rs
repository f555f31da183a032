//! `GET /conversation/{conversation}/usage/fetch`, after the vendor's manual on conversation usage.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::statistics;
use parlor_kit::{AppState, PathParams, QueryParams, response, time};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::authorize;
use crate::HandlerResult;
use crate::auth::Caller;

/// What was used of a conversation.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversationUsageFetchResponse {
    /// Tokens that assistants used: none answers here.
    tokens: i64,
    /// Messages of all types.
    messages: i64,
}

/// Counts the messages that are there, of all time unless `from` or `to` says otherwise.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: QueryParams,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let from = parse_timestamp(&query, "from")?.unwrap_or(Timestamp::from_micros(i64::MIN));
    let to = parse_timestamp(&query, "to")?.unwrap_or(Timestamp::from_micros(i64::MAX));
    let found = authorize::find_for_messages(&app, ctx, params.get("conversation")).await?;
    let key = ConversationKey::Number(found.number);
    let messages =
        statistics::count_conversation_messages(&app.engine, ctx, key, (from, to)).await?;
    let usage = ConversationUsageFetchResponse {
        tokens: 0,
        messages,
    };
    Ok(response::json(StatusCode::OK, &usage))
}

/// An ISO 8601 time, or milliseconds since 1970; an empty text is none.
fn parse_timestamp(query: &QueryParams, name: &'static str) -> Result<Option<Timestamp>> {
    let Some(text) = query.get(name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let millis = || text.parse().ok().and_then(time::timestamp_from_millis);
    match time::parse_iso(text).or_else(millis) {
        Some(at) => Ok(Some(at)),
        None => Err(Error::invalid(
            name,
            "must be an ISO 8601 time or milliseconds since 1970",
        )),
    }
}
