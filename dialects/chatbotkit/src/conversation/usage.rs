//! `GET /conversation/{conversation}/usage/fetch`, after the vendor's manual on conversation usage.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::statistics;
use parlor_kit::route::ParameterKind::Matching;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, QueryParams, response, time};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::get;
use crate::prefix::Prefix;
use crate::{HandlerResult, conversation_access};

/// Documents the values of `from` and `to`: milliseconds since 1970, or the common form of ISO 8601.
const TIME_PATTERN: &str = r"^(-?[0-9]{1,13}|[0-9]{14}|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\.[0-9]{1,6})?Z)?$";

/// What was used of a conversation.
#[derive(Serialize, ToSchema)]
struct ConversationUsageFetchResponse {
    /// Tokens of the answers, of prompts and texts; 0 where the provider does not count them.
    tokens: i64,
    /// Messages of all types.
    messages: i64,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/usage/fetch";
    get(prefix, path, handle)
        .doc(
            "How much a conversation holds",
            "Conversation Usage Statistics",
        )
        .query(
            "from",
            Matching(TIME_PATTERN),
            "Only messages, and answers that ended, from this time on: ISO 8601, of any offset, or milliseconds; empty is none",
        )
        .query("to", Matching(TIME_PATTERN), "Only those before this time")
        .scope(Scope::read(Resource::Messages))
        .responds::<ConversationUsageFetchResponse>(200, "The counts")
}

/// Counts the stored messages and the tokens of answers, by default of all time.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: QueryParams,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let from = parse_timestamp(&query, "from")?.unwrap_or(Timestamp::from_micros(i64::MIN));
    let to = parse_timestamp(&query, "to")?.unwrap_or(Timestamp::from_micros(i64::MAX));
    let found =
        conversation_access::find_for_messages(&app, ctx, params.get("conversation")).await?;
    let key = ConversationKey::Number(found.number);
    let counted =
        statistics::count_conversation_contents(&app.engine, ctx, key, (from, to)).await?;
    let usage = ConversationUsageFetchResponse {
        tokens: counted.tokens.total(),
        messages: counted.messages,
    };
    Ok(response::json(StatusCode::OK, &usage))
}

/// Parses a parameter: an ISO 8601 time or milliseconds since 1970. An empty text is treated as absent.
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
