//! `DELETE /v1/workspaces/{workspace}/agent/threads/{thread}`, after the widget's call, which reads JSON: the
//! thread as it was, with the time of its end.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::time::iso;
use parlor_kit::{App, Fail, Params};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Agent;
use crate::{Sharely, reply};

pub(crate) async fn handle(
    State(app): State<App>,
    agent: Agent,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    let thread = agent.thread(&app, &params).await?;
    let key = ConversationKey::Number(thread.conversation.number);
    let scope = Scope::write(Resource::Conversations);
    let at = conversation::delete(&app.engine, &agent.ctx(), key, scope).await?;
    let mut gone = agent.shown(thread);
    gone.deleted_at = Some(iso(at));
    Ok(reply::ok(&gone))
}
