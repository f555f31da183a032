//! `POST /v1/workspaces/{workspace}/agent/threads/{thread}/chat`, after the widget's call: asks the agent. That is the
//! customer's own server, where the workspace has one: it keeps the question and the answer itself. Otherwise what was
//! said is kept, for whoever reads the thread, and the stream of the answer only ends.
//!
//! Accepted and ignored without an agent: `languageId` and `topK`.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::thread::Thread;
use parlor_engine::{conversation, message, workspace};
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Params, Payload, credential};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, Role};
use parlor_model::{Error, Result as Tried, text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::frame;
use super::server::{self, Question};
use crate::auth::Agent;
use crate::{Sharely, body};

/// The body. After `bring-your-own-agent/protocol`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Chat {
    /// What to ask.
    #[schema(min_length = 1, max_length = 65_536, pattern = r"[^\s\x85]")]
    pub(super) message: String,
    /// The language of the answer.
    #[schema(max_length = 64)]
    pub(super) language_id: Option<String>,
    /// Results of a search at the most.
    #[schema(minimum = 1, maximum = 50)]
    pub(super) top_k: Option<u32>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    agent: Agent,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let thread = agent.thread_of_messages(&app, &params).await?;
    let chat: Chat = typed(object.map)?;
    chat.check()?;
    let place = workspace::find(&app.engine, agent.0.ctx.workspace.id).await?;
    let response = match &place.web_chat.agent_server {
        Some(server) => {
            let token = credential::bearer(&headers).unwrap_or_default();
            let question = Question::new(server, token, &thread, chat);
            server::ask(&app, &agent.ctx(), &thread, question).await?
        }
        None => keep(&app, &agent, &thread, chat.message).await?,
    };
    Ok(response)
}

impl Chat {
    fn check(&self) -> Tried<()> {
        text::spoken(&self.message, "message", 65_536)?;
        if let Some(language) = &self.language_id {
            text::limit(language, "languageId", 64)?;
        }
        match self.top_k {
            Some(count) if !(1..=50).contains(&count) => {
                Err(Error::invalid("topK", "must be between 1 and 50"))
            }
            _ => Ok(()),
        }
    }
}

/// Keeps what was said where nobody answers: by whom the thread is for.
async fn keep(app: &App, agent: &Agent, thread: &Thread, said: String) -> Tried<Response> {
    let (ctx, place) = (agent.ctx(), &thread.conversation);
    let key = ConversationKey::Number(place.number);
    let author = place.subject.as_ref().map(|subject| subject.number);
    let command = CreateMessage::new(key, author, Role::User, said);
    let conversation = conversation::outline(&app.engine, &ctx, key).await?;
    let kept = message::create_in(&app.engine, &ctx, &conversation, command).await?;
    let end = frame::frame("done", (place.id, kept.message.id), &[]);
    Ok(frame::answer(Body::from(end)))
}
