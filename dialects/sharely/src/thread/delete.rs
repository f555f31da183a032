//! `DELETE /v1/workspaces/{workspace}/agent/threads/{thread}`, after the widget's call, which reads JSON: the
//! thread as it was, with the time of its end.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::time::format_iso;
use parlor_kit::{AppState, DialectError, PathParams};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::AgentCaller;
use crate::{Sharely, response};

pub(crate) async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    let thread = agent.find_thread_in_path(&app, &params).await?;
    let key = ConversationKey::Number(thread.conversation.number);
    let scope = Scope::write(Resource::Conversations);
    let at = conversation::delete(&app.engine, &agent.context(), key, scope).await?;
    let mut gone = agent.render_thread(thread);
    gone.deleted_at = Some(format_iso(at));
    Ok(response::ok(&gone))
}
