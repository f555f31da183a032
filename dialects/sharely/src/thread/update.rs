//! `PUT /v1/workspaces/{workspace}/agent/threads/{thread}`, after the widget's call: a new title or status. An
//! empty body asks for a title made of the first line that a person has said.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::conversation;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::conversation::{ConversationKey, UpdateConversation};
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Status;
use crate::auth::Agent;
use crate::{Sharely, body, reply};

/// The body; it may be absent.
#[derive(Deserialize, ToSchema)]
#[schema(as = UpdateThread)]
pub(crate) struct Update {
    /// What to call it; blank counts as absent.
    #[schema(max_length = 255)]
    title: Option<String>,
    /// Where it is in its life.
    status: Option<Status>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    agent: Agent,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let thread = agent.thread(&app, &params).await?.conversation;
    let update: Update = typed(object.map)?;
    let title = text::optional(update.title.as_deref(), "title", 255)?;
    let (ctx, key) = (agent.ctx(), ConversationKey::Number(thread.number));
    if title.is_none() && update.status.is_none() {
        conversation::retitle(&app.engine, &ctx, key).await?;
    } else {
        let command = UpdateConversation {
            title: title.map(Some),
            state: update.status.map(Status::state),
            ..UpdateConversation::default()
        };
        conversation::update(&app.engine, &ctx, key, command).await?;
    }
    let thread = agent.find(&app, thread.id).await?;
    Ok(reply::ok(&agent.shown(thread)))
}
