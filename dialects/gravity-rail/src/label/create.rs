//! `POST /chats/labels`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::label;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::label::CreateLabel;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::LabelResponse;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NAME_TAKEN, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to make a label of.
#[derive(Deserialize, ToSchema)]
struct CreateLabelRequest {
    /// Unique in the workspace.
    #[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
    name: String,
    /// A `#` and six hexadecimal digits.
    #[schema(pattern = "^#[0-9a-fA-F]{6}$")]
    color: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/labels"), handle)
        .doc("Creates a label", "")
        .scope(Scope::write(Resource::Labels))
        .body::<CreateLabelRequest>()
        .responds::<LabelResponse>(200, "The label.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NAME_TAKEN, TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateLabelRequest = body::parse(payload).await?;
    let command = CreateLabel {
        name: request.name,
        color: request.color,
    };
    let created = label::create(&app.engine, &ctx, command).await?;
    Ok(ok_json(&LabelResponse::from_label(created)))
}
