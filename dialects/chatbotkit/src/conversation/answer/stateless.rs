//! Responds with an answer to messages that are not stored.

use axum::response::Response;
use http::StatusCode;
use parlor_engine::completion::Completion;
use parlor_engine::outbound::CompletionPart;
use parlor_kit::body_stream::{self, ReceiverClosed};
use parlor_kit::{RequestProgress, response};
use parlor_model::turn::{TurnError, TurnFinish, TurnUsage};
use serde_json::Map;

use super::event::{AnswerEnd, AnswerEvent, AnswerUsage, StatelessAnswerResponse, failure_message};
use super::respond::AnswerFormat;
use super::sink::{AnswerChannel, AnswerSink};
use crate::error::ErrorResponse;

/// A complete answer.
struct Answer {
    text: String,
    finish: TurnFinish,
    usage: TurnUsage,
}

/// Responds with an answer, or streams it. If the caller is gone, the provider's work ends.
pub(in crate::conversation) async fn respond_stateless(
    begun: Result<Completion, TurnError>,
    model: Option<String>,
    (format, progress): (AnswerFormat, RequestProgress),
) -> Response {
    match (begun, format) {
        (Ok(completion), AnswerFormat::Events) => {
            let (lines, body) = body_stream::channel();
            tokio::spawn(async move {
                // The caller may be gone.
                let sink = AnswerSink::Body(lines);
                let _ = send_events(completion, model.as_deref(), &sink).await;
            });
            response::stream("application/jsonl", body)
        }
        (Ok(completion), AnswerFormat::Json) => match collect(completion, &progress).await {
            Ok(answer) => response::json(StatusCode::OK, &answer.to_response()),
            Err(error) => failure(error),
        },
        (Err(error), _) => failure(error),
    }
}

/// Publishes the events of an answer to a channel, and responds with its id at once.
pub(in crate::conversation) fn dispatch_stateless(
    begun: Result<Completion, TurnError>,
    model: Option<String>,
    channel: AnswerChannel,
) -> Response {
    let completion = match begun {
        Ok(completion) => completion,
        Err(error) => return failure(error),
    };
    let response = response::json(StatusCode::OK, &channel.to_response());
    tokio::spawn(async move {
        let sink = AnswerSink::Channel(channel);
        // A channel is never closed.
        let _ = send_events(completion, model.as_deref(), &sink).await;
    });
    response
}

fn failure(error: TurnError) -> Response {
    let failure = ErrorResponse {
        message: failure_message(Some(error)),
        code: "ASSISTANT_FAILED",
    };
    response::json(StatusCode::FAILED_DEPENDENCY, &failure)
}

impl Answer {
    fn to_response(&self) -> StatelessAnswerResponse {
        StatelessAnswerResponse {
            text: self.text.clone(),
            usage: AnswerUsage::new(self.usage),
            end: AnswerEnd::new(self.finish),
        }
    }
}

async fn collect(
    mut completion: Completion,
    progress: &RequestProgress,
) -> Result<Answer, TurnError> {
    let mut text = String::new();
    loop {
        match completion.next_part().await? {
            CompletionPart::Text(more) => text.push_str(&more),
            CompletionPart::End { finish, usage } => {
                return Ok(Answer {
                    text,
                    finish,
                    usage,
                });
            }
        }
        progress.mark();
    }
}

async fn send_events(
    mut completion: Completion,
    model: Option<&str>,
    lines: &AnswerSink,
) -> Result<(), ReceiverClosed> {
    let send = |event: AnswerEvent<'_, StatelessAnswerResponse>| lines.send(event.to_line());
    send(AnswerEvent::CompleteBegin(Map::new())).await?;
    let mut text = String::new();
    loop {
        match completion.next_part().await {
            Ok(CompletionPart::Text(more)) => {
                send(AnswerEvent::Token { token: &more }).await?;
                text.push_str(&more);
            }
            Ok(CompletionPart::End { finish, usage }) => {
                let answer = Answer {
                    text,
                    finish,
                    usage,
                };
                send(AnswerEvent::Message {
                    r#type: "bot",
                    text: &answer.text,
                    meta: None,
                })
                .await?;
                send(AnswerEvent::CompleteEnd(Map::new())).await?;
                send(AnswerEvent::Usage {
                    model: model.unwrap_or_default(),
                    input_tokens_used: usage.input_tokens,
                    output_tokens_used: usage.output_tokens,
                })
                .await?;
                return send(AnswerEvent::Result(&answer.to_response())).await;
            }
            Err(error) => {
                let message = failure_message(Some(error));
                return send(AnswerEvent::Error { message: &message }).await;
            }
        }
    }
}
