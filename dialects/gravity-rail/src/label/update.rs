//! `PUT /chats/labels/{label_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::label;
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option, response};
use parlor_model::label::UpdateLabel;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{LabelResponse, parse_key};
use crate::auth::Caller;
use crate::{HandlerError, body};

/// What to change of a label; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateLabelRequest {
    /// Unique in the workspace.
    #[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
    name: Option<String>,
    /// A `#` and six hexadecimal digits; `null` leaves it without one.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, pattern = "^#[0-9a-fA-F]{6}$")]
    color: Option<Option<String>>,
}

/// Chats that bear it show it as it is now. Asks for `labels:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateLabelRequest = body::parse(payload).await?;
    ctx.require(Scope::write(Resource::Labels))?;
    let key = parse_key(params.get("label"))?;
    let command = UpdateLabel {
        name: request.name,
        color: request.color,
    };
    let changed = label::update(&app.engine, &ctx, key, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &LabelResponse::from_label(changed),
    ))
}
