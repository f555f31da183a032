//! Responds with the answer of a requested turn.

use axum::response::Response;
use http::StatusCode;
use parlor_engine::turn::{RequestedTurn, TurnFollower, TurnFollowerEvent, TurnOutcome};
use parlor_kit::body_stream::{self, ReceiverClosed};
use parlor_kit::{AppState, RequestProgress, response};
use parlor_model::message::{Message, MessageRole};
use parlor_model::turn::TurnFinish;
use parlor_model::{Error, Result};
use serde_json::Map;

use super::event::{AnswerEvent, AnswerResponse, MessageMeta, failure_message, usage_of};
use super::sink::{AnswerChannel, AnswerSink};
use crate::error::{self, ErrorResponse};
use crate::listing::{ListQuery, prefers_event_stream};
use crate::message::activity_of;

/// How an answer is returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conversation) enum AnswerFormat {
    Json,
    Events,
}

impl AnswerFormat {
    /// Returns the format that the caller accepts best.
    pub(in crate::conversation) fn new(query: &ListQuery) -> Self {
        match prefers_event_stream(query) {
            true => Self::Events,
            false => Self::Json,
        }
    }
}

/// Responds when the answer is stored, or streams it. The answer is generated and stored whether or not the caller waits.
pub(in crate::conversation) async fn respond(
    app: AppState,
    follower: TurnFollower,
    requested: RequestedTurn,
    (format, progress): (AnswerFormat, RequestProgress),
) -> Result<Response> {
    match format {
        AnswerFormat::Json => respond_json(&app, follower, &requested, &progress).await,
        AnswerFormat::Events => {
            let (lines, body) = body_stream::channel();
            tokio::spawn(async move {
                // The caller may be gone: the answer is stored all the same.
                let sink = AnswerSink::Body(lines);
                let _ = send_events(&app, follower, &requested, &sink).await;
            });
            Ok(response::stream("application/jsonl", body))
        }
    }
}

/// Publishes the events of an answer to a channel, and responds with its id at once.
pub(in crate::conversation) fn dispatch(
    app: AppState,
    follower: TurnFollower,
    requested: RequestedTurn,
    channel: AnswerChannel,
) -> Response {
    let response = response::json(StatusCode::OK, &channel.to_response());
    tokio::spawn(async move {
        let sink = AnswerSink::Channel(channel);
        // A channel is never closed.
        let _ = send_events(&app, follower, &requested, &sink).await;
    });
    response
}

async fn respond_json(
    app: &AppState,
    mut follower: TurnFollower,
    requested: &RequestedTurn,
    progress: &RequestProgress,
) -> Result<Response> {
    let outcome = loop {
        // The time-outs of the provider end a turn that makes no progress.
        progress.mark();
        if let TurnFollowerEvent::Ended(outcome) =
            follower.next_event(&app.engine, requested).await?
        {
            break outcome;
        }
    };
    match follower.find_answer(&app.engine, &outcome).await? {
        Some(message) => {
            let answer = AnswerResponse::new(&message, outcome.finish);
            Ok(response::json(StatusCode::OK, &answer))
        }
        // The vendor's client repeats a request after most statuses above 499, and would say the same once more.
        None => Ok(response::json(
            StatusCode::FAILED_DEPENDENCY,
            &ErrorResponse {
                message: failure_message(outcome.error),
                code: "ASSISTANT_FAILED",
            },
        )),
    }
}

async fn send_events(
    app: &AppState,
    mut follower: TurnFollower,
    requested: &RequestedTurn,
    lines: &AnswerSink,
) -> Result<(), ReceiverClosed> {
    let send = |event: AnswerEvent<'_, AnswerResponse>| lines.send(event.to_line());
    loop {
        match follower.next_event(&app.engine, requested).await {
            Ok(TurnFollowerEvent::Started(_) | TurnFollowerEvent::Restarted(_)) => {
                send(AnswerEvent::CompleteBegin(Map::new())).await?;
            }
            Ok(TurnFollowerEvent::Text(text)) => {
                send(AnswerEvent::Token { token: &text }).await?;
            }
            Ok(TurnFollowerEvent::RoundRecorded(round)) => {
                match follower.find_round(&app.engine, round).await {
                    Ok(messages) => send_round(&messages, lines).await?,
                    Err(error) => return send_error(&error, lines).await,
                }
            }
            Ok(TurnFollowerEvent::Waiting) if lines.is_closed() => return Err(ReceiverClosed),
            Ok(TurnFollowerEvent::Waiting) => {}
            Ok(TurnFollowerEvent::Ended(outcome)) => {
                return send_end(app, &follower, &outcome, lines).await;
            }
            Err(error) => return send_error(&error, lines).await,
        }
    }
}

/// Sends the messages of a round of functions: what the assistant said, and what it did.
async fn send_round(messages: &[Message], lines: &AnswerSink) -> Result<(), ReceiverClosed> {
    let send = |event: AnswerEvent<'_, AnswerResponse>| lines.send(event.to_line());
    for message in messages {
        let details = &message.details;
        let (calls, result) = (details.tool_calls.as_ref(), details.tool_result.as_ref());
        if message.role == MessageRole::Assistant {
            let (r#type, text) = ("bot", message.text.as_str());
            let meta = None;
            send(AnswerEvent::Message { r#type, text, meta }).await?;
        }
        if let Some(activity) = activity_of(calls, result, &message.text) {
            let (r#type, text) = ("activity", "");
            let meta = Some(MessageMeta { activity });
            send(AnswerEvent::Message { r#type, text, meta }).await?;
        }
    }
    Ok(())
}

async fn send_end(
    app: &AppState,
    follower: &TurnFollower,
    outcome: &TurnOutcome,
    lines: &AnswerSink,
) -> Result<(), ReceiverClosed> {
    let send = |event: AnswerEvent<'_, AnswerResponse>| lines.send(event.to_line());
    let message = match follower.find_answer(&app.engine, outcome).await {
        Ok(Some(message)) => message,
        Ok(None) => {
            let message = failure_message(outcome.error);
            return send(AnswerEvent::Error { message: &message }).await;
        }
        Err(error) => return send_error(&error, lines).await,
    };
    let usage = usage_of(&message);
    let answer = AnswerResponse::new(&message, outcome.finish);
    if outcome.finish != TurnFinish::Cancelled {
        send(AnswerEvent::Message {
            r#type: "bot",
            text: &message.text,
            meta: None,
        })
        .await?;
    }
    send(AnswerEvent::CompleteEnd(Map::new())).await?;
    send(AnswerEvent::Usage {
        model: message.details.model.as_deref().unwrap_or_default(),
        input_tokens_used: usage.input_tokens,
        output_tokens_used: usage.output_tokens,
    })
    .await?;
    send(AnswerEvent::Result(&answer)).await
}

async fn send_error(error: &Error, lines: &AnswerSink) -> Result<(), ReceiverClosed> {
    tracing::error!(target: "parlor::stream", ?error, "an answer was not followed");
    let message = error::error_response(error).message;
    let event: AnswerEvent<'_, AnswerResponse> = AnswerEvent::Error { message: &message };
    lines.send(event.to_line()).await
}
