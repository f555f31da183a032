//! The stream that answers a message: the stored message, the assistant's answer as it is written, and `[DONE]`.

use parlor_engine::turn::{
    RecordedRound, RequestedTurn, TurnFollower, TurnFollowerEvent, TurnOutcome,
};
use parlor_gateway::DisconnectReason;
use parlor_gateway::sse::ReplySource;
use parlor_kit::AppState;
use parlor_model::id::MessageId;
use parlor_model::redacted::Redacted;
use parlor_model::turn::TurnError;

use super::answer_chunk::{ChunkContent, ChunkHead, DONE_EVENT, encode_failure};
use crate::error::ErrorResponse;

/// Follows the turn that a message has requested. Dropping it stops nothing: the answer is stored anyway.
pub(super) struct AnswerStream {
    pub(super) app: AppState,
    pub(super) follower: TurnFollower,
    pub(super) requested: RequestedTurn,
    pub(super) head: ChunkHead,
    /// The event of the stored message, until it is sent.
    pub(super) first: Option<String>,
    pub(super) progress: AnswerProgress,
}

/// What was sent of an answer.
#[derive(Default)]
pub(super) struct AnswerProgress {
    /// Id that the message will have.
    message: Option<MessageId>,
    /// The text that was sent.
    sent: Redacted<String>,
    /// A round of tool calls, until it is sent.
    round: Option<RecordedRound>,
    /// How the turn ended, until that is sent.
    outcome: Option<TurnOutcome>,
    is_finished: bool,
}

impl ReplySource for AnswerStream {
    async fn next_text(&mut self) -> Option<String> {
        if self.progress.is_finished {
            return None;
        }
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        while self.progress.outcome.is_none() {
            // Kept until it was sent, as the outcome is.
            if let Some(round) = self.progress.round {
                let text = self.encode_round(round).await;
                self.end_round(round);
                if let Some(text) = text {
                    return Some(text);
                }
            }
            let engine = &self.app.engine;
            match self.follower.next_event(engine, &self.requested).await {
                Ok(event) => {
                    if let Some(text) = self.accept(event) {
                        return Some(text);
                    }
                }
                Err(_) => {
                    self.progress.is_finished = true;
                    return Some(end_without_answer(Some(TurnError::Internal)));
                }
            }
        }
        // Kept until it was sent, since this future may be dropped while it reads the message.
        let outcome = self.progress.outcome?;
        let text = self.finish(outcome).await;
        self.progress.is_finished = true;
        Some(text)
    }

    fn interrupted_text(&self, reason: DisconnectReason) -> String {
        encode_failure(&ErrorResponse::interrupted_answer(reason))
    }
}

impl AnswerStream {
    /// Encodes an event of the turn; the end is encoded by [`Self::finish`].
    fn accept(&mut self, event: TurnFollowerEvent) -> Option<String> {
        let progress = &mut self.progress;
        match event {
            TurnFollowerEvent::Started(message) | TurnFollowerEvent::Restarted(message) => {
                let is_restart = progress.message.is_some();
                progress.message = Some(message);
                progress.sent = Redacted::default();
                Some(self.head.encode(
                    message,
                    &ChunkContent {
                        is_first: true,
                        is_restart,
                        text: Some(""),
                        ..ChunkContent::default()
                    },
                ))
            }
            TurnFollowerEvent::Text(text) => {
                progress.sent.0.push_str(&text);
                let content = ChunkContent {
                    text: Some(&text),
                    ..ChunkContent::default()
                };
                Some(self.head.encode(progress.message?, &content))
            }
            TurnFollowerEvent::Waiting => None,
            TurnFollowerEvent::RoundRecorded(round) => {
                progress.round = Some(round);
                None
            }
            TurnFollowerEvent::Ended(outcome) => {
                progress.outcome = Some(outcome);
                None
            }
        }
    }

    /// Encodes the calls of a round under the id of the message that has them, after what was missed of its text. The
    /// results are among the messages.
    async fn encode_round(&self, round: RecordedRound) -> Option<String> {
        let found = self.follower.find_round(&self.app.engine, round).await;
        let rows = found.ok()?;
        let row = rows.iter().find(|row| row.details.tool_calls.is_some())?;
        let calls = row.details.tool_calls.as_ref()?.as_array()?;
        let mut text = String::new();
        if round.next.is_some() {
            text.extend(self.encode_missed(row.id, &row.text));
        }
        let content = ChunkContent {
            is_first: round.next.is_none(),
            tool_calls: Some(calls),
            ..ChunkContent::default()
        };
        text.push_str(&self.head.encode(row.id, &content));
        if let Some(next) = round.next {
            let content = ChunkContent {
                is_first: true,
                text: Some(""),
                ..ChunkContent::default()
            };
            text.push_str(&self.head.encode(next, &content));
        }
        Some(text)
    }

    /// Goes on with the next message, if the round has one of its own.
    fn end_round(&mut self, round: RecordedRound) {
        self.progress.round = None;
        if round.next.is_some() {
            self.progress.message = round.next;
            self.progress.sent = Redacted::default();
        }
    }

    /// Encodes the end, after what was missed of the stored message.
    async fn finish(&self, outcome: TurnOutcome) -> String {
        let Some(id) = outcome.message else {
            return end_without_answer(outcome.error);
        };
        let found = self.follower.find_answer(&self.app.engine, &outcome).await;
        let mut text = String::new();
        if let Ok(Some(stored)) = &found {
            text.extend(self.encode_missed(id, &stored.text));
        }
        let end = ChunkContent {
            finish: Some(outcome.finish),
            ..ChunkContent::default()
        };
        text.push_str(&self.head.encode(id, &end));
        text.push_str(DONE_EVENT);
        text
    }

    /// Encodes what was not sent of a stored text.
    fn encode_missed(&self, id: MessageId, stored: &str) -> Option<String> {
        let progress = &self.progress;
        let missed = match progress.message {
            Some(_) => stored.strip_prefix(progress.sent.as_str()),
            None => None,
        };
        if missed == Some("") {
            return None;
        }
        let content = ChunkContent {
            is_first: missed.is_none(),
            is_restart: missed.is_none() && progress.message.is_some(),
            text: Some(missed.unwrap_or(stored)),
            ..ChunkContent::default()
        };
        Some(self.head.encode(id, &content))
    }
}

/// Encodes the end of a stream without an answer.
pub(super) fn end_without_answer(error: Option<TurnError>) -> String {
    encode_failure(&ErrorResponse::missing_answer(error))
}
