//! `PUT /chats/filters/{filter_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::saved_filter;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::saved_filter::UpdateSavedFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{FilterResponse, parse_key};
use crate::auth::Caller;
use crate::chat::list_query::FilterRules;
use crate::{HandlerError, body};

/// What to change of a saved filter; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateFilterRequest {
    /// Unique among the caller's.
    #[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
    name: Option<String>,
    filters: Option<FilterRules>,
}

/// One of the caller's.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateFilterRequest = body::parse(payload).await?;
    let command = UpdateSavedFilter {
        name: request.name,
        rules: request.filters.map(FilterRules::validated).transpose()?,
    };
    let key = parse_key(params.get("filter"))?;
    let changed = saved_filter::update(&app.engine, &ctx, key, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &FilterResponse::from_saved_filter(changed),
    ))
}
