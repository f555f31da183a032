//! `PUT /v1/workspaces/{workspace}/agent/threads/{thread}`, after the widget's call: a new title or status. An
//! empty body asks for a title made of the first line that a person has said.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::conversation;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use parlor_model::conversation::{ConversationKey, UpdateConversation};
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ThreadStatus;
use crate::auth::AgentCaller;
use crate::{Sharely, body, response};

/// The body; it may be absent.
#[derive(Deserialize, ToSchema)]
#[schema(as = UpdateThread)]
pub(crate) struct UpdateThreadRequest {
    /// What to call it; blank counts as absent.
    #[schema(max_length = 255)]
    title: Option<String>,
    /// Where it is in its life.
    status: Option<ThreadStatus>,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let object = body::read_json_body(&headers, payload).await?;
    let thread = agent.find_thread_in_path(&app, &params).await?.conversation;
    let update: UpdateThreadRequest = deserialize_map(object.map)?;
    let title = text::normalize_optional(update.title.as_deref(), "title", 255)?;
    let (ctx, key) = (agent.context(), ConversationKey::Number(thread.number));
    if title.is_none() && update.status.is_none() {
        conversation::regenerate_title(&app.engine, &ctx, key).await?;
    } else {
        let command = UpdateConversation {
            title: title.map(Some),
            state: update.status.map(ThreadStatus::to_state),
            ..UpdateConversation::default()
        };
        conversation::update(&app.engine, &ctx, key, command).await?;
    }
    let thread = agent.find_thread(&app, thread.id).await?;
    Ok(response::ok(&agent.render_thread(thread)))
}
