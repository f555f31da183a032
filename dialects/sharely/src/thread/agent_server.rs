//! Proxy to a customer's own agent server, after `bring-your-own-agent/protocol` and the vendor's server library. The
//! request carries the end user's token, and the response is forwarded while it arrives. Before the request, an empty
//! draft is stored in the thread; its id is sent in a header. The server stores the question and the finished answer by
//! calling the API. A draft that is unfinished when the stream ends is discarded; the server may still store the message
//! afterwards.

use axum::response::Response;
use parlor_engine::draft;
use parlor_engine::outbound::{AgentResponseStream, AgentServerError, AgentServerRequest};
use parlor_engine::thread::Thread;
use parlor_kit::AppState;
use parlor_kit::body_stream::{self, BodySender};
use parlor_kit::ids::format_uuid;
use parlor_model::conversation::ConversationKey;
use parlor_model::draft::SaveDraft;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message::MessageRole;
use parlor_model::message_details::UpdateMessageDetails;
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Result};
use serde_json::{Map, Value};

use super::frame::{self, FrameAssembler};

/// Header with the id of the draft.
const MESSAGE_ID_HEADER: &str = "x-sharely-message-id";

/// Request to an agent server.
pub(super) struct AgentRequest {
    address: String,
    authorization: Redacted<String>,
    body: Map<String, Value>,
}

impl AgentRequest {
    /// Creates the request from the server's base address, the user's token and the parameters of the chat, to which it
    /// adds the thread's space.
    pub(super) fn new(
        server: &str,
        token: &str,
        thread: &Thread,
        mut body: Map<String, Value>,
    ) -> Self {
        let base = server.trim_end_matches('/');
        let id = format_uuid(thread.conversation.id);
        if let Some(space) = thread.conversation.space {
            body.insert("spaceId".to_owned(), format_uuid(space).into());
        }
        Self {
            address: format!("{base}/agent/threads/{id}/chat"),
            authorization: Redacted(format!("Bearer {token}")),
            body,
        }
    }
}

/// Answer whose draft is stored in a thread.
struct PendingAnswer {
    app: AppState,
    ctx: Ctx,
    key: ConversationKey,
    thread: ConversationId,
    id: MessageId,
}

/// Stores a draft, sends the request in a task and returns the stream of the response.
///
/// Failures of the agent server are frames of the stream. The task reads the response to its end even if the caller
/// disconnects, because the server continues only while it is read.
pub(super) async fn ask_agent(
    app: &AppState,
    ctx: &Ctx,
    thread: &Thread,
    request: AgentRequest,
) -> Result<Response> {
    let pending = PendingAnswer {
        app: app.clone(),
        ctx: *ctx,
        key: ConversationKey::Number(thread.conversation.number),
        thread: thread.conversation.id,
        id: MessageId::new(app.engine.random_uuid()),
    };
    pending.store_empty_draft().await?;
    let (chunks, body) = body_stream::channel();
    tokio::spawn(pending.forward_frames(request, chunks));
    Ok(frame::event_stream_response(body))
}

impl PendingAnswer {
    /// Stores an empty draft, which the server replaces by the finished answer.
    async fn store_empty_draft(&self) -> Result<()> {
        let empty = SaveDraft {
            id: self.id,
            conversation: self.key,
            author: None,
            role: MessageRole::Assistant,
            details: UpdateMessageDetails::default(),
            metadata: None,
        };
        draft::save(&self.app.engine, &self.ctx, empty)
            .await
            .map(drop)
    }

    async fn send_request(
        &self,
        request: AgentRequest,
    ) -> Result<Box<dyn AgentResponseStream>, AgentServerError> {
        let request = AgentServerRequest {
            address: request.address,
            headers: vec![
                ("authorization", request.authorization),
                (MESSAGE_ID_HEADER, Redacted(format_uuid(self.id))),
            ],
            body: Redacted(Value::Object(request.body).to_string().into_bytes()),
        };
        self.app.engine.agent_client().send(request).await
    }

    /// Forwards complete frames, then discards the draft. A failure is reported by an `error` frame; a `done` frame is
    /// added if the server sent none.
    async fn forward_frames(self, request: AgentRequest, chunks: BodySender) {
        let (mut frames, mut is_disconnected) = (FrameAssembler::default(), false);
        let failure = match self.send_request(request).await {
            Err(failure) => Some(failure),
            Ok(mut answer) => loop {
                let chunk = match answer.next_chunk().await {
                    Ok(Some(chunk)) => chunk,
                    Ok(None) => break None,
                    Err(failure) => break Some(failure),
                };
                let complete = frames.push_chunk(&chunk);
                // Reading goes on after a disconnect, so that the server finishes the answer and stores it.
                is_disconnected = is_disconnected || chunks.send(complete).await.is_err();
            },
        };
        self.discard_draft().await;
        let message = (self.thread, self.id);
        if let Some(failure) = failure {
            let error = frame::encode_frame(
                "error",
                message,
                &[("error", failure_message(failure).into())],
            );
            is_disconnected = is_disconnected || chunks.send(error).await.is_err();
        }
        if !is_disconnected && !frames.has_ended() {
            // The caller may have disconnected; nothing depends on the result.
            let _ = chunks.send(frame::encode_frame("done", message, &[])).await;
        }
    }

    /// Deletes the draft if it is unfinished. If that fails, the empty draft remains visible in the thread.
    async fn discard_draft(&self) {
        let _ = draft::discard(&self.app.engine, &self.ctx, self.key, self.id).await;
    }
}

/// Returns the text of the `error` frame for a missing or interrupted answer.
fn failure_message(failure: AgentServerError) -> &'static str {
    match failure {
        AgentServerError::AddressForbidden => "The agent's address may not be called",
        AgentServerError::Unreachable => "The agent cannot be reached",
        AgentServerError::UnexpectedResponse => "The agent gives no answer",
        AgentServerError::TimedOut => "The agent takes too long",
        AgentServerError::TooLarge => "The answer is too long",
        AgentServerError::ConnectionLost => "The agent broke off",
    }
}
