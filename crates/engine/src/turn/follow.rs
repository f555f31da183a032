//! Follows the turn that a caller has requested, until its answer is stored.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::id::MessageId;
use parlor_model::message::{Message, MessageKey, MessageQuery};
use parlor_model::redacted::Redacted;
use parlor_model::turn::{TurnChange, TurnDelta, TurnError, TurnEvent, TurnFinish, TurnState};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{message, turn as repo};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::RequestedTurn;
use super::end::find_end;
use crate::Engine;

/// Pause between two looks at the database, for events that the bus has lost.
const CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// Follows the turns of a conversation from its creation on.
pub struct TurnFollower {
    receiver: broadcast::Receiver<TurnEvent>,
    ws: i64,
    conversation: i64,
    /// The turn under way that answers the request, and the bytes of its text that were returned.
    current: Option<(MessageId, usize)>,
}

/// What has happened to the requested turn.
#[derive(Debug, Clone)]
pub enum TurnFollowerEvent {
    /// The answer has begun.
    Started(MessageId),
    /// The answer has begun again: the text returned before is void.
    Restarted(MessageId),
    /// Nothing has happened for a while; the turn is waiting or under way.
    Waiting,
    /// More text of it.
    Text(Redacted<Arc<str>>),
    /// A round of tool calls is recorded; [`TurnFollower::find_round`] reads it.
    RoundRecorded(RecordedRound),
    /// It is over; nothing follows.
    Ended(TurnOutcome),
}

/// A recorded round of tool calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedRound {
    /// `seq`s of its first and last message.
    pub seqs: (i64, i64),
    /// The id under which the answer goes on, if the text so far is a message of its own.
    pub next: Option<MessageId>,
}

/// End of a requested turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnOutcome {
    /// Id of the stored message; `None` if nothing was stored.
    pub message: Option<MessageId>,
    /// How the answer ended.
    pub finish: TurnFinish,
    /// Why it failed, if it did.
    pub error: Option<TurnError>,
}

impl TurnFollower {
    /// Follows a conversation that the caller is known to be allowed to read. Create it before the turn is requested.
    pub fn new(engine: &Engine, ctx: &Ctx, conversation: i64) -> Self {
        Self {
            receiver: engine.live_turns.follow(conversation),
            ws: ctx.ws(),
            conversation,
            current: None,
        }
    }

    /// Returns the next event of the requested turn. Earlier turns of the conversation are passed over.
    ///
    /// # Cancel safety
    /// Dropping the future loses no event.
    pub async fn next_event(
        &mut self,
        engine: &Engine,
        requested: &RequestedTurn,
    ) -> Result<TurnFollowerEvent> {
        loop {
            let received = tokio::time::timeout(CHECK_INTERVAL, self.receiver.recv()).await;
            let event = match received {
                Ok(Ok(event)) if self.ends_other(&event) => self.check(engine, requested).await?,
                Ok(Ok(event)) => self.accept(event, requested),
                Ok(Err(RecvError::Lagged(_) | RecvError::Closed)) | Err(_) => {
                    let ended = self.check(engine, requested).await?;
                    Some(ended.unwrap_or(TurnFollowerEvent::Waiting))
                }
            };
            if let Some(event) = event {
                return Ok(event);
            }
        }
    }

    /// Returns whether an earlier turn has ended. If it failed, no other follows it.
    fn ends_other(&self, event: &TurnEvent) -> bool {
        let is_end = matches!(event.change, TurnChange::Ended { .. });
        is_end
            && self
                .current
                .is_none_or(|(current, _)| current != event.message)
    }

    /// Returns the stored message of an outcome. The caller requested it, which needs no other right than to write.
    pub async fn find_answer(
        &self,
        engine: &Engine,
        outcome: &TurnOutcome,
    ) -> Result<Option<Message>> {
        let Some(id) = outcome.message else {
            return Ok(None);
        };
        let (ws, conversation) = (self.ws, self.conversation);
        engine
            .store
            .read(move |tx| message::find(tx, ws, conversation, MessageKey::Id(id)))
            .await
    }

    /// Returns the messages of a recorded round, in order. The caller requested the turn, as in [`Self::find_answer`].
    pub async fn find_round(&self, engine: &Engine, round: RecordedRound) -> Result<Vec<Message>> {
        let (ws, conversation) = (self.ws, self.conversation);
        let query = MessageQuery {
            after_seq: round.seqs.0 - 1,
            before_seq: round.seqs.1 + 1,
            conversational_only: false,
            ..MessageQuery::default()
        };
        let found = engine
            .store
            .read(move |tx| message::page(tx, ws, conversation, &query))
            .await?;
        Ok(found.items)
    }

    fn accept(&mut self, event: TurnEvent, requested: &RequestedTurn) -> Option<TurnFollowerEvent> {
        let message = event.message;
        let is_current = self.current.is_some_and(|(current, _)| current == message);
        match event.change {
            TurnChange::Started { answered_seq, .. } if answered_seq >= requested.seq => {
                if let Some((ended, _)) = self.current.filter(|_| !is_current) {
                    // The next turn: that this one has ended was missed.
                    return Some(TurnFollowerEvent::Ended(TurnOutcome {
                        message: Some(ended),
                        finish: TurnFinish::Stop,
                        error: None,
                    }));
                }
                let is_first = self.current.is_none();
                self.current = Some((message, 0));
                Some(match is_first {
                    true => TurnFollowerEvent::Started(message),
                    false => TurnFollowerEvent::Restarted(message),
                })
            }
            TurnChange::Delta(delta) if is_current => self.accept_delta(&delta),
            TurnChange::RoundRecorded {
                first_seq,
                last_seq,
                next,
                ..
            } if is_current => {
                let is_other = next != message;
                if is_other {
                    self.current = Some((next, 0));
                }
                Some(TurnFollowerEvent::RoundRecorded(RecordedRound {
                    seqs: (first_seq, last_seq),
                    next: is_other.then_some(next),
                }))
            }
            TurnChange::Ended { finish, error, seq } if is_current => {
                Some(TurnFollowerEvent::Ended(TurnOutcome {
                    message: seq.map(|_| message),
                    finish,
                    error,
                }))
            }
            _ => None,
        }
    }

    /// Returns the part of a delta that was not returned yet. After a gap there is none: the stored message has all.
    fn accept_delta(&mut self, delta: &TurnDelta) -> Option<TurnFollowerEvent> {
        let (_, returned) = self.current.as_mut()?;
        let known = returned.checked_sub(delta.offset)?;
        let text = delta.text.get(known..).filter(|text| !text.is_empty())?;
        *returned += text.len();
        Some(TurnFollowerEvent::Text(Redacted(Arc::from(text))))
    }

    /// Looks at the database, whether the turn has ended, and returns its end then.
    pub(crate) async fn check(
        &mut self,
        engine: &Engine,
        requested: &RequestedTurn,
    ) -> Result<Option<TurnFollowerEvent>> {
        let (ws, conversation) = (self.ws, self.conversation);
        let newest = engine
            .store
            .read(move |tx| {
                let Some(turn) = repo::find_newest(tx, ws, conversation)? else {
                    return Ok(None);
                };
                let end = find_end(tx, ws, &turn)?;
                Ok(Some((turn, end)))
            })
            .await?;
        // The conversation was deleted, or an earlier turn ended the request too: no later one follows a failure, or a
        // person who took over.
        let lost = TurnOutcome {
            message: None,
            finish: TurnFinish::Cancelled,
            error: None,
        };
        let outcome = match newest {
            None => Some(lost),
            Some((_, None)) => None,
            Some((turn, Some(_)))
                if turn.state != TurnState::Failed && turn.answered_seq < requested.seq =>
            {
                Some(lost)
            }
            Some((turn, Some(end))) => Some(TurnOutcome {
                message: end.seq.map(|_| turn.message),
                finish: end.finish,
                error: end.error,
            }),
        };
        Ok(outcome.map(TurnFollowerEvent::Ended))
    }
}
