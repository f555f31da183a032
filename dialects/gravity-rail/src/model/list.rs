//! `GET /api/v2/ai-models`: what `assistantChatModelId` and `assistantRealtimeModelId` may name.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::{App, reply};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::{Fail, Settings};

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
pub(crate) async fn handle(State(app): State<App>, _: Visitor) -> Result<Response, Fail> {
    let settings: Settings = app.section();
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
    Ok(reply::json(StatusCode::OK, &AiModels(models)))
}
