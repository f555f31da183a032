//! `POST /chats/filters`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::saved_filter;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::saved_filter::CreateSavedFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::FilterResponse;
use crate::auth::Caller;
use crate::chat::list_query::FilterRules;
use crate::documented::{BAD_BODY, NAME_TAKEN, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to save.
#[derive(Deserialize, ToSchema)]
struct CreateFilterRequest {
    /// Unique among the caller's.
    #[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
    name: String,
    /// What the list's `filters` takes: an object, or a list of rules.
    filters: FilterRules,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/filters"), handle)
        .doc("Saves a filter", "")
        .body::<CreateFilterRequest>()
        .responds::<FilterResponse>(200, "The filter.")
        .errors::<ErrorResponse>(&[BAD_BODY, NAME_TAKEN, TOO_LARGE])
}

/// Rules that the list of chats would refuse are invalid.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateFilterRequest = body::parse(payload).await?;
    let command = CreateSavedFilter {
        name: request.name,
        rules: request.filters.validated()?,
    };
    let created = saved_filter::create(&app.engine, &ctx, command).await?;
    Ok(ok_json(&FilterResponse::from_saved_filter(created)))
}
