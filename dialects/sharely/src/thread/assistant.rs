//! Answers of the workspace's assistant, as the frames of `bring-your-own-agent/protocol`.

use axum::response::Response;
use parlor_engine::message;
use parlor_engine::thread::Thread;
use parlor_engine::turn::{
    RecordedRound, RequestedTurn, TurnFollower, TurnFollowerEvent, TurnOutcome,
};
use parlor_kit::AppState;
use parlor_kit::body_stream::{self, BodySender, ReceiverClosed};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message::{CreateMessage, Message, MessageRole};
use parlor_model::turn::TurnError;
use parlor_model::{Ctx, Result};
use serde_json::Value;

use super::{frame, tool_call};

/// Stores a question with the request for an answer, and returns the stream of the answer. The answer is stored whether
/// or not the caller reads it.
pub(super) async fn ask_assistant(
    app: &AppState,
    ctx: &Ctx,
    thread: &Thread,
    text: String,
) -> Result<Response> {
    let thread = &thread.conversation;
    let author = thread.subject.as_ref().map(|subject| subject.number);
    let key = ConversationKey::Number(thread.number);
    let question = CreateMessage::new(key, author, MessageRole::User, text);
    let follower = TurnFollower::new(&app.engine, ctx, thread.number);
    let stored = message::create_with_question(&app.engine, ctx, question).await?;
    let (chunks, body) = body_stream::channel();
    let stream = AnswerStream {
        app: app.clone(),
        follower,
        requested: RequestedTurn::after(thread.number, stored.seq),
        thread: thread.id,
        message: stored.id,
        chunks,
    };
    tokio::spawn(async move {
        // The caller may be gone.
        let _ = stream.send_all().await;
    });
    Ok(frame::event_stream_response(body))
}

/// Stream of an answer.
struct AnswerStream {
    app: AppState,
    follower: TurnFollower,
    requested: RequestedTurn,
    thread: ConversationId,
    /// The answer, or the question before it has begun.
    message: MessageId,
    chunks: BodySender,
}

impl AnswerStream {
    async fn send_all(mut self) -> Result<(), ReceiverClosed> {
        loop {
            let event = self
                .follower
                .next_event(&self.app.engine, &self.requested)
                .await;
            match event {
                Ok(TurnFollowerEvent::Started(answer) | TurnFollowerEvent::Restarted(answer)) => {
                    self.send_start(answer).await?;
                }
                Ok(TurnFollowerEvent::RoundRecorded(round)) => self.send_round(round).await?,
                Ok(TurnFollowerEvent::Text(text)) => {
                    self.send("content_delta", &[("delta", Value::from(&**text))])
                        .await?;
                }
                Ok(TurnFollowerEvent::Waiting) if self.chunks.is_closed() => {
                    return Err(ReceiverClosed);
                }
                Ok(TurnFollowerEvent::Waiting) => {}
                Ok(TurnFollowerEvent::Ended(outcome)) => {
                    self.send_end(&outcome).await?;
                    break;
                }
                Err(error) => {
                    tracing::error!(target: "parlor::stream", ?error, "an answer was not followed");
                    self.send_error(Some(TurnError::Internal)).await?;
                    break;
                }
            }
        }
        self.send("done", &[]).await
    }

    async fn send_start(&mut self, message: MessageId) -> Result<(), ReceiverClosed> {
        self.message = message;
        let fields = [("role", Value::from("assistant"))];
        self.send("message_start", &fields).await
    }

    /// Sends the calls of tools. If something was said before them, that is a message of its own.
    async fn send_round(&mut self, round: RecordedRound) -> Result<(), ReceiverClosed> {
        let found = self.follower.find_round(&self.app.engine, round).await;
        let messages = found.unwrap_or_else(|error| {
            tracing::error!(target: "parlor::stream", ?error, "a round was not read");
            Vec::new()
        });
        for (name, fields) in messages.iter().flat_map(round_frames) {
            self.send(name, &fields).await?;
        }
        let Some(next) = round.next else {
            return Ok(());
        };
        let said = messages
            .iter()
            .find(|message| message.details.tool_calls.is_some());
        if let Some(said) = said {
            self.send("content_end", &[]).await?;
            self.send("message_end", &end_fields(said)).await?;
        }
        self.send_start(next).await
    }

    async fn send_end(&self, outcome: &TurnOutcome) -> Result<(), ReceiverClosed> {
        match self.follower.find_answer(&self.app.engine, outcome).await {
            Ok(Some(answer)) => {
                self.send("content_end", &[]).await?;
                self.send("message_end", &end_fields(&answer)).await
            }
            Ok(None) => self.send_error(outcome.error).await,
            Err(error) => {
                tracing::error!(target: "parlor::stream", ?error, "an answer was not read");
                self.send_error(Some(TurnError::Internal)).await
            }
        }
    }

    async fn send_error(&self, error: Option<TurnError>) -> Result<(), ReceiverClosed> {
        let text = match error {
            Some(error) => format!("The assistant gives no answer ({})", error.as_str()),
            None => "The assistant was stopped".to_owned(),
        };
        self.send("error", &[("error", Value::from(text))]).await
    }

    async fn send(&self, name: &str, fields: &[(&str, Value)]) -> Result<(), ReceiverClosed> {
        let frame = frame::encode_frame(name, (self.thread, self.message), fields);
        self.chunks.send(frame).await
    }
}

/// Returns the frames of a message of a round.
fn round_frames(message: &Message) -> Vec<(&'static str, Vec<(&'static str, Value)>)> {
    let details = &message.details;
    if let (Some(call), Some(result)) = (&details.tool_call, &details.tool_result) {
        let output = tool_call::parse(&message.text);
        let output = match result.is_error {
            true => ("error", tool_call::error_text(&output)),
            false => ("output", output),
        };
        let id = ("toolCallId", Value::from(call.as_str()));
        let duration = ("durationMs", Value::from(result.millis));
        return vec![("tool_call_end", vec![id, output, duration])];
    }
    let calls = details.tool_calls.as_ref().and_then(Value::as_array);
    let calls = calls
        .into_iter()
        .flatten()
        .filter_map(tool_call::from_function);
    let frames = calls.map(|mut call| {
        let mut take = |key: &str| call.remove(key).unwrap_or_default();
        let fields = vec![
            ("toolCallId", take("id")),
            ("name", take("name")),
            ("input", take("input")),
        ];
        ("tool_call_start", fields)
    });
    frames.collect()
}

/// Returns how an answer ended and what it used.
fn end_fields(answer: &Message) -> Vec<(&'static str, Value)> {
    let details = &answer.details;
    let reason = details.finish_reason.as_deref().unwrap_or("stop");
    let usage = details.token_usage.clone().unwrap_or_default();
    vec![("finishReason", reason.into()), ("tokenUsage", usage)]
}
