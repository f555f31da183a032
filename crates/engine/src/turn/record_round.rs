//! Records a round of tool calls: the model's message with its calls, and the results, in one commit.
//!
//! Keeps INV-66 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::error::{ConflictReason, EntityKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::message::{Message, MessageRole};
use parlor_model::message_details::{DeliveryStatus, MessageDetails, ToolResult};
use parlor_model::participant::ParticipantState;
use parlor_model::redacted::Redacted;
use parlor_model::turn::{TurnChange, TurnFinish, TurnState, TurnUsage};
use parlor_model::{Error, Metadata, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::tool_round::{self, InsertedMessage, RoundMessage};
use parlor_store::repo::turn::{self as repo, TurnEnd};
use parlor_store::repo::{conversation, participant, statistics};
use serde_json::{Value, json};

use super::tools::{ToolEffect, ToolOutcome, ToolRequest, is_tool};
use super::work::publish;
use super::{TurnLease, TurnWork};
use crate::Engine;
use crate::log::write_change_by;
use crate::outbox::{self, OutsideSubject};

/// Subtype of a message that only calls tools: it is tool traffic and no message for people.
pub const CALL_SUBTYPE: &str = "call";

/// A round of tool calls.
#[derive(Debug, Clone)]
pub struct ToolRound {
    /// What the model said before the calls; may be empty.
    pub text: Redacted<String>,
    /// The calls with their results, in order; not empty, and the ids differ.
    pub outcomes: Vec<ToolOutcome>,
    /// Model that called, if known.
    pub model: Option<String>,
    /// Tokens used since the last round.
    pub usage: TurnUsage,
}

/// What follows a recorded round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundResult {
    /// The model is asked again. The work has the round's messages, and the id under which the answer goes on.
    Continue,
    /// Somebody has asked to cancel the turn.
    CancelRequested,
    /// A person takes over: the turn has ended.
    HandedOff,
    /// Nothing was recorded: the turn is no longer held.
    Lost,
}

/// Records a round and extends the lease. Its messages follow each other in the log; another worker of the turn goes on
/// after them.
///
/// # Errors
/// Those of [`super::finish`]; nothing is recorded then.
pub async fn record_round(
    engine: &Engine,
    (lease, duration): (TurnLease, Duration),
    work: &mut TurnWork,
    round: ToolRound,
) -> Result<RoundResult> {
    let recorder = Recorder {
        lease,
        duration,
        number: work.turn.conversation,
        message: work.turn.message,
        assistant: work.assistant.as_ref().map(|assistant| assistant.number),
        participant: work.turn.assistant,
        outside: work.outside(),
        round,
    };
    let recorded = engine.store.write(move |tx| recorder.record(tx)).await?;
    let Some(recorded) = recorded else {
        return Ok(RoundResult::Lost);
    };
    outbox::wake_worker(engine);
    let location = (lease.ws, work.turn.conversation);
    let before = std::mem::replace(&mut work.turn.message, recorded.next);
    work.turn.tool_rounds += 1;
    work.turn.usage = work.turn.usage.plus(recorded.usage);
    let seqs = recorded.rows.iter().map(|row| row.inserted.seq);
    let (first_seq, last_seq) = (seqs.clone().min().unwrap_or(0), seqs.max().unwrap_or(0));
    let change = match recorded.hands_off {
        true => {
            engine.turn_requested.notify_one();
            TurnChange::Ended {
                finish: match recorded.is_said {
                    true => TurnFinish::Stop,
                    false => TurnFinish::Cancelled,
                },
                error: None,
                seq: recorded.seq_of(before),
            }
        }
        false => TurnChange::RoundRecorded {
            first_seq,
            last_seq,
            next: recorded.next,
            author: work.assistant.clone(),
            reply_to: work.question().map(|message| message.id),
        },
    };
    publish(engine, location, before, change);
    let messages = recorded.rows.into_iter().map(|row| row.into_message(work));
    let messages: Vec<Message> = messages.collect();
    work.messages.extend(messages);
    Ok(match (recorded.hands_off, recorded.is_cancelled) {
        (true, _) => RoundResult::HandedOff,
        (false, true) => RoundResult::CancelRequested,
        (false, false) => RoundResult::Continue,
    })
}

/// What the transaction needs of a turn.
#[derive(Clone)]
struct Recorder {
    lease: TurnLease,
    duration: Duration,
    number: i64,
    message: MessageId,
    assistant: Option<i64>,
    /// The assistant, if it answers because it participates.
    participant: Option<i64>,
    outside: OutsideSubject,
    round: ToolRound,
}

/// A recorded round.
struct Recorded {
    rows: Vec<RecordedRow>,
    next: MessageId,
    usage: TurnUsage,
    is_said: bool,
    hands_off: bool,
    is_cancelled: bool,
}

impl Recorded {
    /// Returns the `seq` of a message, if the round has it.
    fn seq_of(&self, message: MessageId) -> Option<i64> {
        let mut rows = self.rows.iter();
        let row = rows.find(|row| row.id == message)?;
        Some(row.inserted.seq)
    }
}

/// A message of the round.
struct RecordedRow {
    id: MessageId,
    is_of_assistant: bool,
    role: MessageRole,
    subtype: Option<&'static str>,
    text: Redacted<String>,
    details: MessageDetails,
    mentions: Vec<i64>,
    inserted: InsertedMessage,
}

impl Recorder {
    fn record(&self, tx: &mut dyn Tx) -> Result<Option<Recorded>> {
        let ws = self.lease.ws;
        tx.lock_head(ws, self.number)?;
        let is_said = !self.round.text.trim().is_empty();
        let reason = self.hand_off_reason();
        let next = match is_said && reason.is_none() {
            true => tx.next_stamp().id(),
            false => self.message,
        };
        let (held, usage) = ((&self.lease.job, self.duration), self.round.usage);
        let Some(is_cancelled) = repo::record_round(tx, ws, held, next, usage)? else {
            return Ok(None);
        };
        self.check_conditions(tx)?;
        let outcomes = &self.round.outcomes;
        let mut rows = Vec::with_capacity(outcomes.len() + 1);
        // Questions come first: results follow their calls, and the model goes on after them.
        for outcome in outcomes {
            if let Some(ToolEffect::Ask { question, members }) = &outcome.effect {
                rows.push(question_row(tx, question, members));
            }
        }
        rows.push(self.calls(tx, is_said));
        for outcome in outcomes {
            rows.push(result_row(tx, outcome));
            if is_tool(&outcome.request.name) {
                statistics::record_tool(tx, ws, &outcome.request.name)?;
            }
        }
        for row in &mut rows {
            row.details.delivery = self.leaves(row).then_some(DeliveryStatus::Queued);
            row.inserted = self.insert(tx, row)?;
        }
        if let Some(reason) = reason {
            self.hand_off(tx, reason, is_said)?;
        }
        Ok(Some(Recorded {
            rows,
            next,
            usage,
            is_said,
            hands_off: reason.is_some(),
            is_cancelled,
        }))
    }

    /// Checks what an answer is checked for: the conversation is open, and who answers because it participates still does.
    fn check_conditions(&self, tx: &mut dyn Tx) -> Result<()> {
        let ws = self.lease.ws;
        let key = ConversationKey::Number(self.number);
        let found = conversation::find(tx, ws, key)?;
        let found = found.ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
        if found.state != ConversationState::Active {
            return Err(Error::conflict(ConflictReason::Closed));
        }
        let Some(assistant) = self.participant else {
            return Ok(());
        };
        let found = participant::find(tx, ws, self.number, assistant)?;
        if found.is_none_or(|found| found.state != ParticipantState::Joined) {
            return Err(Error::forbidden(ForbiddenReason::NotParticipant));
        }
        let found = member::find(tx, ws, MemberLookup::Number(assistant))?;
        match found.is_some_and(|found| found.member.archived_at.is_none()) {
            true => Ok(()),
            false => Err(Error::not_found(EntityKind::Member)),
        }
    }

    /// Returns the message with the calls. One without text is tool traffic, which counts as no message.
    fn calls(&self, tx: &mut dyn Tx, is_said: bool) -> RecordedRow {
        let requests = self.round.outcomes.iter().map(|outcome| &outcome.request);
        let details = MessageDetails {
            tool_calls: Some(requests.map(call_json).collect()),
            finish_reason: Some("tool_calls".to_owned()),
            model: self.round.model.clone(),
            ..MessageDetails::default()
        };
        RecordedRow {
            id: match is_said {
                true => self.message,
                false => tx.next_stamp().id(),
            },
            is_of_assistant: true,
            role: match is_said {
                true => MessageRole::Assistant,
                false => MessageRole::Tool,
            },
            subtype: (!is_said).then_some(CALL_SUBTYPE),
            text: match is_said {
                true => self.round.text.clone(),
                false => Redacted::default(),
            },
            details,
            ..RecordedRow::empty()
        }
    }

    /// Returns whether a row is sent to who takes part from outside. Questions to others are none of its business.
    fn leaves(&self, row: &RecordedRow) -> bool {
        row.mentions.is_empty()
            && self
                .outside
                .receives(row.role, row.subtype, row.text.as_str())
    }

    fn insert(&self, tx: &mut dyn Tx, row: &RecordedRow) -> Result<InsertedMessage> {
        let message = RoundMessage {
            id: row.id,
            author: self.assistant.filter(|_| row.is_of_assistant),
            role: row.role,
            subtype: row.subtype,
            text: &row.text,
            details: &row.details,
            mentions: &row.mentions,
        };
        let ws = self.lease.ws;
        let inserted = tool_round::insert_message(tx, ws, self.number, &message)?;
        if row.details.delivery.is_some() {
            outbox::queue_for_carrier(tx, ws, self.number, (row.id, inserted.seq))?;
        }
        // Tool traffic is no message of the conversation.
        if row.role == MessageRole::Assistant {
            outbox::queue_message(tx, ws, self.number, (row.id, inserted.seq))?;
        }
        Ok(inserted)
    }

    fn hand_off_reason(&self) -> Option<&Redacted<String>> {
        let mut effects = self.round.outcomes.iter().map(|outcome| &outcome.effect);
        effects.find_map(|effect| match effect {
            Some(ToolEffect::HandOff(reason)) => Some(reason),
            _ => None,
        })
    }

    /// Puts the conversation before a person, which its log says, and ends the turn.
    fn hand_off(&self, tx: &mut dyn Tx, reason: &Redacted<String>, is_said: bool) -> Result<()> {
        let (ws, key) = (self.lease.ws, ConversationKey::Number(self.number));
        let found = conversation::find(tx, ws, key)?;
        let mut found = found.ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
        found.service.paused = true;
        found.service.needs_response = true;
        let changes =
            json!({ "paused": true, "needs_response": true, "hand_off": reason.as_str() });
        write_change_by(tx, (ws, self.assistant), &found, &changes)?;
        let end = TurnEnd {
            job: self.lease.job,
            state: match is_said {
                true => TurnState::Done,
                false => TurnState::Cancelled,
            },
            error: None,
            usage: TurnUsage::default(),
            hands_off: true,
        };
        repo::end(tx, ws, self.number, &end).map(drop)
    }
}

/// Returns a call in the form in which messages have it.
fn call_json(request: &ToolRequest) -> Value {
    json!({
        "id": request.id,
        "type": "function",
        "function": { "name": request.name, "arguments": request.arguments.as_str() },
    })
}

fn result_row(tx: &mut dyn Tx, outcome: &ToolOutcome) -> RecordedRow {
    let details = MessageDetails {
        tool_call: Some(outcome.request.id.clone()),
        tool_result: Some(ToolResult {
            name: outcome.request.name.clone(),
            arguments: outcome.request.arguments.clone(),
            is_error: outcome.is_error,
            millis: i64::try_from(outcome.duration.as_millis()).unwrap_or(i64::MAX),
        }),
        ..MessageDetails::default()
    };
    RecordedRow {
        id: tx.next_stamp().id(),
        role: MessageRole::Tool,
        text: outcome.result.clone(),
        details,
        ..RecordedRow::empty()
    }
}

fn question_row(tx: &mut dyn Tx, question: &Redacted<String>, members: &[i64]) -> RecordedRow {
    RecordedRow {
        id: tx.next_stamp().id(),
        is_of_assistant: true,
        role: MessageRole::Assistant,
        text: question.clone(),
        mentions: members.to_vec(),
        ..RecordedRow::empty()
    }
}

impl RecordedRow {
    fn empty() -> Self {
        Self {
            id: MessageId::MIN,
            is_of_assistant: false,
            role: MessageRole::Tool,
            subtype: None,
            text: Redacted::default(),
            details: MessageDetails::default(),
            mentions: Vec::new(),
            inserted: InsertedMessage::default(),
        }
    }

    fn into_message(self, work: &TurnWork) -> Message {
        let author = work.assistant.as_ref();
        Message {
            number: self.inserted.number,
            id: self.id,
            conversation: work.conversation.id,
            seq: self.inserted.seq,
            author: author.filter(|_| self.is_of_assistant).cloned(),
            role: self.role,
            subtype: self.subtype.map(str::to_owned),
            text: self.text,
            details: self.details,
            metadata: Metadata::default(),
            rating: None,
            rating_comment: None,
            client_id: None,
            created_at: self.inserted.at,
            updated_at: self.inserted.at,
        }
    }
}
