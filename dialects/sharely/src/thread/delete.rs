//! `DELETE /v1/workspaces/{workspace}/agent/threads/{thread}`, after the widget's call: deletes a thread. The
//! response is the deleted thread with `deletedAt`, since the widget expects JSON.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Auth, Route, delete};
use parlor_kit::time::format_iso;
use parlor_kit::{AppState, PathParams};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::ThreadResponse;
use crate::HandlerError;
use crate::auth::AgentCaller;
use crate::documented::{
    NOT_FOUND, PathPrefix, WIDGET_SOURCE, organization_optional, prefixed_path,
};
use crate::error::ErrorResponse;
use crate::response::ok;

/// Declares the route under a prefix.
pub(crate) fn route(prefix: PathPrefix) -> Route {
    let path = prefixed_path!(prefix, "/workspaces/{workspace}/agent/threads/{thread}");
    organization_optional(delete(path, handle), Auth::Bearer)
        .doc("Delete a thread with its messages.", WIDGET_SOURCE)
        .scope(Scope::write(Resource::Conversations))
        .responds::<ThreadResponse>(200, "The thread as it was.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let thread = agent.find_thread_in_path(&app, &params).await?;
    let key = ConversationKey::Number(thread.conversation.number);
    let scope = Scope::write(Resource::Conversations);
    let at = conversation::delete(&app.engine, &agent.context(), key, scope).await?;
    let mut response = agent.render_thread(thread);
    response.deleted_at = Some(format_iso(at));
    Ok(ok(&response))
}
