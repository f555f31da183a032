//! `PUT /chats/filters/{filter_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::filter;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::filter::UpdateFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{FilterResponse, key};
use crate::auth::Caller;
use crate::chat::filter::Rules;
use crate::{Fail, body};

/// What to change of a saved filter; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateFilterRequest {
    /// Unique among the caller's.
    #[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
    name: Option<String>,
    filters: Option<Rules>,
}

/// One of the caller's.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: UpdateFilterRequest = body::read(payload).await?;
    let command = UpdateFilter {
        name: request.name,
        rules: request.filters.map(Rules::checked).transpose()?,
    };
    let key = key(params.get("filter"))?;
    let changed = filter::update(&app.engine, &ctx, key, command).await?;
    Ok(reply::json(StatusCode::OK, &FilterResponse::of(changed)))
}
