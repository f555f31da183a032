//! `GET /api/v2/ai-models`: what `assistantChatModelId` and `assistantRealtimeModelId` may name.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::{AppState, response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::AnyWorkspaceCaller;
use crate::{HandlerError, Settings};

/// A model.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AiModelResponse {
    /// Its place in the operator's list, from 1.
    id: usize,
    name: String,
    /// Whether it is for voice turns rather than text turns.
    is_realtime: bool,
}

/// The models chats may name.
#[derive(Serialize, ToSchema)]
pub(crate) struct AiModels(Vec<AiModelResponse>);

/// The models the operator lists, perhaps none.
pub(crate) async fn handle(
    State(app): State<AppState>,
    _: AnyWorkspaceCaller,
) -> Result<Response, HandlerError> {
    let settings: Settings = app.dialect_settings();
    let models = settings
        .models
        .into_iter()
        .enumerate()
        .map(|(index, model)| AiModelResponse {
            id: index + 1,
            name: model.name,
            is_realtime: model.realtime,
        })
        .collect();
    Ok(response::json(StatusCode::OK, &AiModels(models)))
}
