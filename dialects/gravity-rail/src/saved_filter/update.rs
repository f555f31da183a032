//! `PUT /chats/filters/{filter_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::saved_filter;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::saved_filter::UpdateSavedFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{FilterResponse, NO_FILTER};
use crate::auth::Caller;
use crate::chat::list_query::FilterRules;
use crate::documented::{BAD_BODY, NAME_TAKEN, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to change of a saved filter; what is left out stays.
#[derive(Deserialize, ToSchema)]
struct UpdateFilterRequest {
    /// Unique among the caller's.
    #[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
    name: Option<String>,
    filters: Option<FilterRules>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/chats/filters/{filter}"), handle)
        .doc("Updates a saved filter", "")
        .body::<UpdateFilterRequest>()
        .optional()
        .responds::<FilterResponse>(200, "The filter as it is now.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_FILTER, NAME_TAKEN, TOO_LARGE])
}

/// Another member's filter is not found.
async fn handle(
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
    Ok(ok_json(&FilterResponse::from_saved_filter(changed)))
}
