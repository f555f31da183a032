//! A customer's own agent server, after `bring-your-own-agent/protocol` and the vendor's server library: it is asked with
//! the end user's token, and its answer is passed on while it comes. An empty answer is begun in the thread before, under
//! the id that the server is told; the server keeps the question and the finished answer by itself. What it has not
//! finished when its stream ends is given up, and may still be kept by it afterwards.

use axum::response::Response;
use parlor_engine::draft;
use parlor_engine::outbound::{AgentAnswer, AgentFailure, AgentQuestion};
use parlor_engine::thread::Thread;
use parlor_kit::App;
use parlor_kit::ids::dashed;
use parlor_kit::stream::{self, Chunks};
use parlor_model::conversation::ConversationKey;
use parlor_model::details::DetailsPatch;
use parlor_model::draft::PutDraft;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message::Role;
use parlor_model::private::Private;
use parlor_model::{Ctx, Result};
use serde_json::{Map, Value};

use super::chat::Chat;
use super::frame::{self, Frames};

/// The header that tells the server under which id its answer was begun.
const MESSAGE_ID: &str = "x-sharely-message-id";

/// What the server is asked.
pub(super) struct Question {
    address: String,
    authorization: Private<String>,
    body: Map<String, Value>,
}

impl Question {
    pub(super) fn new(server: &str, token: &str, thread: &Thread, chat: Chat) -> Self {
        let base = server.trim_end_matches('/');
        let id = dashed(thread.conversation.id);
        let mut body = Map::new();
        body.insert("message".to_owned(), chat.message.into());
        if let Some(language) = chat.language_id {
            body.insert("languageId".to_owned(), language.into());
        }
        if let Some(count) = chat.top_k {
            body.insert("topK".to_owned(), count.into());
        }
        if let Some(space) = thread.conversation.space {
            body.insert("spaceId".to_owned(), dashed(space).into());
        }
        Self {
            address: format!("{base}/agent/threads/{id}/chat"),
            authorization: Private(format!("Bearer {token}")),
            body,
        }
    }
}

/// An answer that was begun in a thread.
struct Begun {
    app: App,
    ctx: Ctx,
    key: ConversationKey,
    thread: ConversationId,
    id: MessageId,
}

/// Asks the server, and answers with what it answers, while it comes: what fails from here on is a frame of the stream.
/// Goes on to its end also where the caller has gone meanwhile.
pub(super) async fn ask(
    app: &App,
    ctx: &Ctx,
    thread: &Thread,
    question: Question,
) -> Result<Response> {
    let begun = Begun {
        app: app.clone(),
        ctx: *ctx,
        key: ConversationKey::Number(thread.conversation.number),
        thread: thread.conversation.id,
        id: MessageId::new(app.engine.random_uuid()),
    };
    begun.begin().await?;
    let (chunks, body) = stream::body();
    tokio::spawn(begun.pass_on(question, chunks));
    Ok(frame::answer(body))
}

impl Begun {
    /// An empty answer, which takes its place when the server finishes it.
    async fn begin(&self) -> Result<()> {
        let empty = PutDraft {
            id: self.id,
            conversation: self.key,
            author: None,
            role: Role::Assistant,
            details: DetailsPatch::default(),
            metadata: None,
        };
        draft::put(&self.app.engine, &self.ctx, empty)
            .await
            .map(drop)
    }

    async fn ask(&self, question: Question) -> Result<Box<dyn AgentAnswer>, AgentFailure> {
        let question = AgentQuestion {
            address: question.address,
            headers: vec![
                ("authorization", question.authorization),
                (MESSAGE_ID, Private(dashed(self.id))),
            ],
            body: Private(Value::Object(question.body).to_string().into_bytes()),
        };
        self.app.engine.agent_servers().ask(question).await
    }

    /// Passes whole frames on. What fails ends the stream with a frame that says so.
    async fn pass_on(self, question: Question, chunks: Chunks) {
        let (mut frames, mut has_gone) = (Frames::default(), false);
        let asked = self.ask(question).await;
        let failure = match asked {
            Err(failure) => Some(failure),
            Ok(mut answer) => loop {
                let piece = match answer.next().await {
                    Ok(Some(piece)) => piece,
                    Ok(None) => break None,
                    Err(failure) => break Some(failure),
                };
                let whole = frames.take(&piece);
                // Who has gone still finds the answer in the thread: the server goes on only while it is read.
                has_gone = has_gone || chunks.send(whole).await.is_err();
            },
        };
        self.give_up().await;
        let about = (self.thread, self.id);
        if let Some(failure) = failure {
            let said = frame::frame("error", about, &[("error", text(failure))]);
            has_gone = has_gone || chunks.send(said).await.is_err();
        }
        if !has_gone && !frames.has_ended() {
            // The reader may go at the last moment.
            let _ = chunks.send(frame::frame("done", about, &[])).await;
        }
    }

    /// Nothing is left of what was begun and is not finished. Where that fails, an empty answer stays to be seen.
    async fn give_up(&self) {
        let _ = draft::discard(&self.app.engine, &self.ctx, self.key, self.id).await;
    }
}

/// What a reader is told of an answer that does not come, or ends in the middle.
fn text(failure: AgentFailure) -> &'static str {
    match failure {
        AgentFailure::Refused => "The agent's address may not be called",
        AgentFailure::Unreachable => "The agent cannot be reached",
        AgentFailure::Declined => "The agent gives no answer",
        AgentFailure::Late => "The agent takes too long",
        AgentFailure::TooLong => "The answer is too long",
        AgentFailure::Broken => "The agent broke off",
    }
}
