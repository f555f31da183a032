//! `PUT /v1/workspaces/{workspace}/agent/threads/{thread}`, after the widget's call: changes the title or
//! the status. With an empty body the title is generated from the first line of the first user message.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::conversation;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, put};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::{ConversationKey, UpdateConversation};
use parlor_model::scope::{Resource, Scope};
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ThreadResponse;
use super::ThreadStatus;
use crate::auth::AgentCaller;
use crate::documented::{
    NOT_FOUND, PAYLOAD_TOO_LARGE, PathPrefix, WIDGET_SOURCE, organization_optional, prefixed_path,
};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, response};

/// The body; it may be absent.
#[derive(Deserialize, ToSchema)]
#[schema(as = UpdateThread)]
struct UpdateThreadRequest {
    /// What to call it; blank counts as absent.
    #[schema(max_length = 255)]
    title: Option<String>,
    /// Where it is in its life.
    status: Option<ThreadStatus>,
}

/// Declares the route under a prefix.
pub(crate) fn route(prefix: PathPrefix) -> Route {
    let path = prefixed_path!(prefix, "/workspaces/{workspace}/agent/threads/{thread}");
    organization_optional(put(path, handle), Auth::Bearer)
        .doc(
            "Change a thread's title or status, or have it named after what was said.",
            WIDGET_SOURCE,
        )
        .scope(Scope::write(Resource::Conversations))
        .body::<UpdateThreadRequest>()
        .optional()
        .responds::<ThreadResponse>(200, "The thread as it is now.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
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
