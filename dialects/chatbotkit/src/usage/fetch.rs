//! `GET /usage/fetch`, after the vendor's reference on usage.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::statistics;
use parlor_kit::route::Route;
use parlor_kit::{AppState, response};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::get;
use crate::prefix::Prefix;

/// What an account uses.
#[derive(Serialize, ToSchema)]
struct UsageFetchResponse {
    /// Tokens of answers, stored or not, of prompts and texts; 0 where the provider does not count them.
    tokens: i64,
    /// Conversations but for direct ones.
    conversations: i64,
    /// Messages that were stored, deleted ones too.
    messages: i64,
    /// Other things of an account, of which there are none here.
    database: DatabaseUsage,
}

/// Other things of an account.
#[derive(Default, Serialize, ToSchema)]
struct DatabaseUsage {
    datasets: i64,
    records: i64,
    skillsets: i64,
    abilities: i64,
    files: i64,
    users: i64,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    get(prefix, "/api/v1/usage/fetch", handle)
        .doc("How much an account holds", "Usage")
        .scope(Scope::read(Resource::Conversations))
        .conditional_scope(Scope::read(Resource::Messages), "messages are counted too")
        .responds::<UsageFetchResponse>(200, "The counts")
}

/// Counts of all time.
async fn handle(State(app): State<AppState>, caller: Caller) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    caller.ctx.require(Scope::read(Resource::Messages))?;
    let usage = statistics::count_usage(&app.engine, &caller.ctx).await?;
    let answer = UsageFetchResponse {
        tokens: usage.tokens.total(),
        conversations: usage.conversations,
        messages: usage.messages,
        database: DatabaseUsage::default(),
    };
    Ok(response::json(StatusCode::OK, &answer))
}
