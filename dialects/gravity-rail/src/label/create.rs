//! `POST /chats/labels`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::label;
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::label::CreateLabel;
use serde::Deserialize;
use utoipa::ToSchema;

use super::LabelResponse;
use crate::auth::Caller;
use crate::{HandlerError, body};

/// What to make a label of.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CreateLabelRequest {
    /// Unique in the workspace.
    #[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
    name: String,
    /// A `#` and six hexadecimal digits.
    #[schema(pattern = "^#[0-9a-fA-F]{6}$")]
    color: Option<String>,
}

/// Asks for `labels:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateLabelRequest = body::parse(payload).await?;
    let command = CreateLabel {
        name: request.name,
        color: request.color,
    };
    let made = label::create(&app.engine, &ctx, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &LabelResponse::from_label(made),
    ))
}
