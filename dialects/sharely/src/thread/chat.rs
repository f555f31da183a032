//! `POST /v1/workspaces/{workspace}/agent/threads/{thread}/chat`, after the widget's call: asks the agent, which is
//! the customer's own server if the workspace has one; that server stores the question and the answer. Otherwise the
//! workspace's assistant answers. Without a provider for one the message is stored in the thread, and the stream contains
//! the `done` frame only.
//!
//! Accepted and ignored without an agent: `languageId` and `topK`.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::thread::Thread;
use parlor_engine::{assistant_settings, conversation, message, workspace};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, PathParams, RequestBody, credential};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::agent_server::{self, AgentRequest};
use super::frame_schema::AgentFrame;
use super::{assistant, frame};
use crate::auth::AgentCaller;
use crate::documented::{
    CONFLICT, NOT_FOUND, PAYLOAD_TOO_LARGE, PathPrefix, organization_optional, prefixed_path,
};
use crate::error::ErrorResponse;
use crate::{HandlerError, body};

/// The body. After `bring-your-own-agent/protocol`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Chat)]
struct ThreadChatRequest {
    /// What to ask.
    #[schema(min_length = 1, max_length = 65_536, pattern = r"[^\s\x85]")]
    message: String,
    /// The language of the answer.
    #[schema(max_length = 64)]
    language_id: Option<String>,
    /// Results of a search at the most.
    #[schema(minimum = 1, maximum = 50)]
    top_k: Option<u32>,
}

/// Declares the route under a prefix.
pub(crate) fn route(prefix: PathPrefix) -> Route {
    let path = prefixed_path!(
        prefix,
        "/workspaces/{workspace}/agent/threads/{thread}/chat"
    );
    organization_optional(post(path, handle), Auth::Bearer)
        .doc("Ask the agent.", "bring-your-own-agent/protocol")
        .scope(Scope::write(Resource::Messages))
        .acts_as_member()
        .body::<ThreadChatRequest>()
        .responds_stream::<AgentFrame>(
            200,
            "text/event-stream",
            "The agent's answer, as it comes; where there is no agent, its end alone.",
        )
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, CONFLICT, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let object = body::read_json_body(&headers, payload).await?;
    let thread = agent.find_thread_for_messages(&app, &params).await?;
    let chat: ThreadChatRequest = deserialize_map(object.map)?;
    chat.validate()?;
    let workspace = workspace::find(&app.engine, agent.0.ctx.workspace.id).await?;
    let response = match &workspace.web_chat.agent_server {
        Some(server) => {
            let token = credential::bearer_token(&headers).unwrap_or_default();
            let request = AgentRequest::new(server, token, &thread, chat.into_agent_body());
            agent_server::ask_agent(&app, &agent.context(), &thread, request).await?
        }
        None => {
            let ctx = agent.context();
            match assistant_settings::has_provider(&app.engine, ctx.ws()).await? {
                true => assistant::ask_assistant(&app, &ctx, &thread, chat.message).await?,
                false => store_message(&app, &agent, &thread, chat.message).await?,
            }
        }
    };
    Ok(response)
}

impl ThreadChatRequest {
    fn validate(&self) -> Result<()> {
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

    /// Returns the body for the agent server, which names the fields alike.
    fn into_agent_body(self) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("message".to_owned(), self.message.into());
        if let Some(language) = self.language_id {
            body.insert("languageId".to_owned(), language.into());
        }
        if let Some(count) = self.top_k {
            body.insert("topK".to_owned(), count.into());
        }
        body
    }
}

/// Stores the message with the thread's subject as its author, and returns a stream with the `done` frame only.
async fn store_message(
    app: &AppState,
    agent: &AgentCaller,
    thread: &Thread,
    text: String,
) -> Result<Response> {
    let (ctx, thread) = (agent.context(), &thread.conversation);
    let key = ConversationKey::Number(thread.number);
    let author = thread.subject.as_ref().map(|subject| subject.number);
    let command = CreateMessage::new(key, author, MessageRole::User, text);
    let conversation = conversation::find_header(&app.engine, &ctx, key).await?;
    let stored = message::create_in_conversation(&app.engine, &ctx, &conversation, command).await?;
    let end = frame::encode_frame("done", (thread.id, stored.message.id), &[]);
    Ok(frame::event_stream_response(Body::from(end)))
}
