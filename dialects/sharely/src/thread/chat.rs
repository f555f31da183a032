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
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody, credential};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::{Error, Result as Tried, text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::agent_server::{self, AgentRequest};
use super::frame;
use crate::auth::AgentCaller;
use crate::{Sharely, body};

/// The body. After `bring-your-own-agent/protocol`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Chat)]
pub(crate) struct ThreadChatRequest {
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
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let object = body::read_json_body(&headers, payload).await?;
    let thread = agent.find_thread_for_messages(&app, &params).await?;
    let chat: ThreadChatRequest = deserialize_map(object.map)?;
    chat.validate()?;
    let place = workspace::find(&app.engine, agent.0.ctx.workspace.id).await?;
    let response = match &place.web_chat.agent_server {
        Some(server) => {
            let token = credential::bearer_token(&headers).unwrap_or_default();
            let question = AgentRequest::new(server, token, &thread, chat);
            agent_server::ask_agent(&app, &agent.context(), &thread, question).await?
        }
        None => store_message(&app, &agent, &thread, chat.message).await?,
    };
    Ok(response)
}

impl ThreadChatRequest {
    fn validate(&self) -> Tried<()> {
        text::validate_not_blank(&self.message, "message", 65_536)?;
        if let Some(language) = &self.language_id {
            text::validate_length(language, "languageId", 64)?;
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
async fn store_message(
    app: &AppState,
    agent: &AgentCaller,
    thread: &Thread,
    said: String,
) -> Tried<Response> {
    let (ctx, place) = (agent.context(), &thread.conversation);
    let key = ConversationKey::Number(place.number);
    let author = place.subject.as_ref().map(|subject| subject.number);
    let command = CreateMessage::new(key, author, MessageRole::User, said);
    let conversation = conversation::find_header(&app.engine, &ctx, key).await?;
    let kept = message::create_in_conversation(&app.engine, &ctx, &conversation, command).await?;
    let end = frame::encode_frame("done", (place.id, kept.message.id), &[]);
    Ok(frame::event_stream_response(Body::from(end)))
}
