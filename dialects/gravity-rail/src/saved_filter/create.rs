//! `POST /chats/filters`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::filter;
use parlor_kit::{App, Payload, reply};
use parlor_model::filter::CreateFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::FilterResponse;
use crate::auth::Caller;
use crate::chat::filter::Rules;
use crate::{Fail, body};

/// What to save.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateFilterRequest {
    /// Unique among the caller's.
    #[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
    name: String,
    /// What the list's `filters` takes: an object, or a list of rules.
    filters: Rules,
}

/// Rules that the list would refuse are refused here.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: CreateFilterRequest = body::read(payload).await?;
    let command = CreateFilter {
        name: request.name,
        rules: request.filters.checked()?,
    };
    let made = filter::create(&app.engine, &ctx, command).await?;
    Ok(reply::json(StatusCode::OK, &FilterResponse::of(made)))
}
