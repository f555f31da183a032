//! `GET /api/v2/ai-models`: the models for `assistantChatModelId` and `assistantRealtimeModelId`.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::AnyWorkspaceCaller;
use crate::respond::ok_json;
use crate::{HandlerError, Settings};

/// A model.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AiModelResponse {
    /// Its place in the operator's list, from 1.
    id: usize,
    name: String,
    /// Whether it is for voice turns rather than text turns.
    is_realtime: bool,
}

/// The models chats may name.
#[derive(Serialize, ToSchema)]
struct AiModels(Vec<AiModelResponse>);

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/api/v2/ai-models", handle)
        .doc("Lists the models chats may name", "")
        .responds::<AiModels>(200, "The models.")
}

/// The models of the configuration, possibly none.
async fn handle(
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
    Ok(ok_json(&AiModels(models)))
}
