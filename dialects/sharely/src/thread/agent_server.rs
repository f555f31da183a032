//! A customer's own agent server, after `bring-your-own-agent/protocol` and the vendor's server library: it is asked with
//! the end user's token, and its answer is passed on while it comes. An empty answer is begun in the thread before, under
//! the id that the server is told; the server keeps the question and the finished answer by itself. What it has not
//! finished when its stream ends is given up, and may still be kept by it afterwards.

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

use super::chat::ThreadChatRequest;
use super::frame::{self, FrameAssembler};

/// The header that tells the server under which id its answer was begun.
const MESSAGE_ID_HEADER: &str = "x-sharely-message-id";

/// What the server is asked.
pub(super) struct AgentRequest {
    address: String,
    authorization: Redacted<String>,
    body: Map<String, Value>,
}

impl AgentRequest {
    pub(super) fn new(server: &str, token: &str, thread: &Thread, chat: ThreadChatRequest) -> Self {
        let base = server.trim_end_matches('/');
        let id = format_uuid(thread.conversation.id);
        let mut body = Map::new();
        body.insert("message".to_owned(), chat.message.into());
        if let Some(language) = chat.language_id {
            body.insert("languageId".to_owned(), language.into());
        }
        if let Some(count) = chat.top_k {
            body.insert("topK".to_owned(), count.into());
        }
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

/// An answer that was begun in a thread.
struct PendingAnswer {
    app: AppState,
    ctx: Ctx,
    key: ConversationKey,
    thread: ConversationId,
    id: MessageId,
}

/// Asks the server, and answers with what it answers, while it comes: what fails from here on is a frame of the stream.
/// Goes on to its end also where the caller has gone meanwhile.
pub(super) async fn ask_agent(
    app: &AppState,
    ctx: &Ctx,
    thread: &Thread,
    question: AgentRequest,
) -> Result<Response> {
    let begun = PendingAnswer {
        app: app.clone(),
        ctx: *ctx,
        key: ConversationKey::Number(thread.conversation.number),
        thread: thread.conversation.id,
        id: MessageId::new(app.engine.random_uuid()),
    };
    begun.store_empty_draft().await?;
    let (chunks, body) = body_stream::channel();
    tokio::spawn(begun.forward_frames(question, chunks));
    Ok(frame::event_stream_response(body))
}

impl PendingAnswer {
    /// An empty answer, which takes its place when the server finishes it.
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
        question: AgentRequest,
    ) -> Result<Box<dyn AgentResponseStream>, AgentServerError> {
        let question = AgentServerRequest {
            address: question.address,
            headers: vec![
                ("authorization", question.authorization),
                (MESSAGE_ID_HEADER, Redacted(format_uuid(self.id))),
            ],
            body: Redacted(Value::Object(question.body).to_string().into_bytes()),
        };
        self.app.engine.agent_client().send(question).await
    }

    /// Passes whole frames on. What fails ends the stream with a frame that says so.
    async fn forward_frames(self, question: AgentRequest, chunks: BodySender) {
        let (mut frames, mut has_gone) = (FrameAssembler::default(), false);
        let asked = self.send_request(question).await;
        let failure = match asked {
            Err(failure) => Some(failure),
            Ok(mut answer) => loop {
                let piece = match answer.next_chunk().await {
                    Ok(Some(piece)) => piece,
                    Ok(None) => break None,
                    Err(failure) => break Some(failure),
                };
                let whole = frames.push_chunk(&piece);
                // Who has gone still finds the answer in the thread: the server goes on only while it is read.
                has_gone = has_gone || chunks.send(whole).await.is_err();
            },
        };
        self.discard_draft().await;
        let about = (self.thread, self.id);
        if let Some(failure) = failure {
            let said = frame::encode_frame("error", about, &[("error", failure_message(failure))]);
            has_gone = has_gone || chunks.send(said).await.is_err();
        }
        if !has_gone && !frames.has_ended() {
            // The reader may go at the last moment.
            let _ = chunks.send(frame::encode_frame("done", about, &[])).await;
        }
    }

    /// Nothing is left of what was begun and is not finished. Where that fails, an empty answer stays to be seen.
    async fn discard_draft(&self) {
        let _ = draft::discard(&self.app.engine, &self.ctx, self.key, self.id).await;
    }
}

/// What a reader is told of an answer that does not come, or ends in the middle.
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
