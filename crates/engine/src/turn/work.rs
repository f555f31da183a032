//! What a worker does with a turn: claim, begin, save, finish or fail. Workers act for the server, not for a caller.

use std::time::Duration;

use parlor_bus::BusMessage;
use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::error::EntityKind;
use parlor_model::id::{IdOrNumber, MessageId};
use parlor_model::keyset::SortOrder;
use parlor_model::member::{Member, MemberRef};
use parlor_model::message::{Message, MessageQuery, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::redacted::Redacted;
use parlor_model::turn::{
    AssistantUsage, Turn, TurnChange, TurnDelta, TurnError, TurnEvent, TurnFinish, TurnState,
    TurnUsage,
};
use parlor_model::workflow::WorkflowDraft;
use parlor_model::{Error, Result};
use parlor_store::Tx;
use parlor_store::append_message::{AppendCondition, AppendEffect, AppendMessage, AppendResult};
use parlor_store::repo::job::{self, ClaimedJob, JobKind};
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::turn::{self as repo, TurnEnd};
use parlor_store::repo::{assignment, conversation, message, participant, workflow};
use serde_json::json;

use super::stop_signals::StopSignals;
use super::turn_work::TurnWork;
use crate::Engine;
use crate::log::write_change_by;
use crate::outbox;

/// Messages that a prompt is made of at most, before its budget is applied.
const MAX_HISTORY_MESSAGES: i64 = 500;

/// A claimed turn.
#[derive(Debug, Clone, Copy)]
pub struct TurnLease {
    /// Workspace number.
    pub ws: i64,
    pub(super) job: ClaimedJob,
}

/// Answer of a turn.
#[derive(Debug)]
pub struct TurnAnswer {
    /// Text; must not be empty.
    pub text: Redacted<String>,
    /// How it ended.
    pub finish: TurnFinish,
    /// Model that wrote it, if known.
    pub model: Option<String>,
    /// Tokens used since the last recorded round.
    pub usage: TurnUsage,
}

/// Claims at most `limit` turns.
pub async fn claim(engine: &Engine, limit: usize, lease: Duration) -> Result<Vec<TurnLease>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let claimed = engine.store.claim(JobKind::Turn, limit, lease).await?;
    let leases = claimed.into_iter().filter_map(|job| {
        let ws = job.ws?;
        Some(TurnLease { ws, job })
    });
    Ok(leases.collect())
}

/// Begins a claimed turn, and receives the signals to its worker from then on; `None` if it is over, or its conversation
/// was deleted.
pub async fn begin(engine: &Engine, lease: TurnLease) -> Result<Option<(TurnWork, StopSignals)>> {
    let live_turns = engine.live_turns.clone();
    let begun = engine
        .store
        .write(move |tx| {
            let Some(turn) = repo::begin(tx, lease.ws, &lease.job)? else {
                return Ok(None);
            };
            let key = ConversationKey::Number(turn.conversation);
            let found = conversation::find(tx, lease.ws, key)?
                .ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
            let assistant = find_assistant(tx, lease.ws, &turn, &found)?;
            let signals = StopSignals::new(&live_turns, lease.ws, &turn);
            let work = TurnWork {
                ws: lease.ws,
                assistant: assistant.as_ref().map(|found| found.key.clone()),
                assistant_model: assistant
                    .as_ref()
                    .and_then(|found| found.profile.chat_model.clone()),
                instructions: assistant.and_then(|found| found.profile.instructions),
                workflow: find_workflow(tx, lease.ws, &found)?,
                current_task: find_current_task(tx, lease.ws, &found)?,
                contributors: find_contributors(tx, lease.ws, &found)?,
                messages: find_history(tx, lease.ws, &turn)?,
                conversation: found,
                turn,
            };
            Ok(Some((work, signals)))
        })
        .await?;
    if let Some((work, _)) = &begun {
        let turn = &work.turn;
        let change = TurnChange::Started {
            answered_seq: turn.answered_seq,
            author: work.assistant.clone(),
            reply_to: work.question().map(|message| message.id),
        };
        publish(engine, (lease.ws, turn.conversation), turn.message, change);
    }
    Ok(begun)
}

fn find_assistant(
    tx: &mut dyn Tx,
    ws: i64,
    turn: &Turn,
    conversation: &Conversation,
) -> Result<Option<Member>> {
    let Some(number) = turn.assistant.or(conversation.service.assistant) else {
        return Ok(None);
    };
    let found = member::find(tx, ws, MemberLookup::Number(number))?;
    Ok(found.map(|found| found.member))
}

fn find_workflow(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: &Conversation,
) -> Result<Option<WorkflowDraft>> {
    let service = &conversation.service;
    let Some(number) = service.workflow else {
        return Ok(None);
    };
    if let Some(version) = service.workflow_version {
        let found = workflow::find_version(tx, ws, number, version)?;
        return Ok(found.map(|found| found.snapshot));
    }
    Ok(workflow::find(tx, ws, IdOrNumber::Number(number))?.map(|found| found.draft))
}

fn find_current_task(tx: &mut dyn Tx, ws: i64, conversation: &Conversation) -> Result<Option<i64>> {
    let Some(number) = conversation.service.assignment else {
        return Ok(None);
    };
    let found = assignment::find(tx, ws, IdOrNumber::Number(number))?;
    Ok(found.and_then(|found| found.current_task))
}

fn find_contributors(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: &Conversation,
) -> Result<Vec<MemberRef>> {
    if conversation.kind != ConversationKind::Chat {
        return Ok(Vec::new());
    }
    let mut found = participant::list(tx, ws, conversation.number)?;
    found.retain(|found| {
        found.role == ParticipantRole::Contributor && found.state == ParticipantState::Joined
    });
    Ok(found.into_iter().map(|found| found.member).collect())
}

fn find_history(tx: &mut dyn Tx, ws: i64, turn: &Turn) -> Result<Vec<Message>> {
    let query = MessageQuery {
        before_seq: turn.answered_seq + 1,
        limit: MAX_HISTORY_MESSAGES,
        order: SortOrder::Descending,
        conversational_only: false,
        ..MessageQuery::default()
    };
    let mut newest_first = message::page(tx, ws, turn.conversation, &query)?.items;
    newest_first.reverse();
    Ok(newest_first)
}

/// Publishes more text to followers on all nodes.
pub fn publish_delta(engine: &Engine, lease: TurnLease, turn: &Turn, delta: TurnDelta) {
    let location = (lease.ws, turn.conversation);
    publish(engine, location, turn.message, TurnChange::Delta(delta));
}

/// Extends the lease and saves text generated since the last call. Returns whether somebody asked to cancel the turn;
/// `None` if it is no longer held: then the worker must stop.
pub async fn save_progress(
    engine: &Engine,
    lease: TurnLease,
    duration: Duration,
    text: String,
) -> Result<Option<bool>> {
    let save = engine
        .store
        .write(move |tx| repo::save_progress(tx, lease.ws, (&lease.job, duration), &text));
    save.await
}

/// Gives a turn back that has not begun, to be claimed again after a delay.
pub async fn release(engine: &Engine, lease: TurnLease, delay: Duration) -> Result<()> {
    let release = engine
        .store
        .write(move |tx| job::release(tx, &lease.job, delay));
    release.await.map(drop)
}

/// Gives a turn back that has begun, since its worker stops: it is begun again, and this attempt does not count.
pub async fn give_back(engine: &Engine, lease: TurnLease) -> Result<()> {
    let give_back = engine
        .store
        .write(move |tx| repo::give_back(tx, lease.ws, &lease.job));
    give_back.await.map(drop)
}

/// Stores the answer as the assistant's message and ends the turn, in one commit.
///
/// # Errors
/// `Conflict` if the turn is no longer held or the conversation is closed, `Forbidden` or `NotFound` if the assistant of
/// a group has left it or is archived; nothing is stored then.
pub async fn finish(
    engine: &Engine,
    lease: TurnLease,
    work: &TurnWork,
    answer: TurnAnswer,
) -> Result<AppendResult> {
    // Those of all rounds.
    let tokens = work.turn.usage.plus(answer.usage);
    let usage = json!({
        "inputTokens": tokens.input_tokens,
        "outputTokens": tokens.output_tokens,
        "totalTokens": tokens.input_tokens + tokens.output_tokens,
    });
    let mut details = MessageDetails {
        model: answer.model,
        finish_reason: Some(answer.finish.as_str().to_owned()),
        token_usage: (tokens != TurnUsage::default()).then_some(usage),
        ..MessageDetails::default()
    };
    let end = TurnEnd {
        job: lease.job,
        state: match answer.finish {
            TurnFinish::Cancelled => TurnState::Cancelled,
            TurnFinish::Stop | TurnFinish::Length | TurnFinish::Error => TurnState::Done,
        },
        error: None,
        usage: answer.usage,
        hands_off: false,
    };
    let turn = &work.turn;
    let mut conditions = vec![
        AppendCondition::NotArchived,
        AppendCondition::TurnHeld(lease.job),
    ];
    // It answers because it participates.
    conditions.extend(turn.assistant.map(AppendCondition::IsParticipant));
    conditions.extend(turn.assistant.map(AppendCondition::MemberActive));
    let mut effects = vec![AppendEffect::EndTurn(end)];
    let role = MessageRole::Assistant;
    effects.extend(outbox::append_effects(engine, lease.ws, role, false).await?);
    let author = work.assistant.as_ref().map(|assistant| assistant.number);
    if work.outside().receives(role, None, answer.text.as_str()) {
        effects.push(outbox::carrier_effect(&mut details));
    }
    let entry = AppendMessage {
        id: Some(turn.message),
        details: details.to_text()?,
        conditions,
        effects,
        ..AppendMessage::from_text(lease.ws, turn.conversation, author, role, answer.text.0)
    };
    let stored = engine.store.append(entry).await?;
    // The next turn may be due.
    engine.turn_requested.notify_one();
    outbox::wake_worker(engine);
    let change = TurnChange::Ended {
        finish: answer.finish,
        error: None,
        seq: Some(stored.seq),
    };
    publish(engine, (lease.ws, turn.conversation), turn.message, change);
    Ok(stored)
}

/// Ends a turn without a message. After an error a person has to respond, which the log says; a cancelled turn without
/// text leaves nothing. Does nothing if the turn is no longer held.
pub async fn fail(
    engine: &Engine,
    lease: TurnLease,
    turn: &Turn,
    (error, usage): (Option<TurnError>, TurnUsage),
) -> Result<()> {
    let number = turn.conversation;
    let end = TurnEnd {
        job: lease.job,
        state: match error {
            Some(_) => TurnState::Failed,
            None => TurnState::Cancelled,
        },
        error,
        usage,
        hands_off: false,
    };
    let is_ended = engine
        .store
        .write(move |tx| {
            tx.lock_head(lease.ws, number)?;
            let is_ended = repo::end(tx, lease.ws, number, &end)?;
            match error {
                Some(error) if is_ended => require_response(tx, lease.ws, number, error)?,
                _ => {}
            }
            Ok(is_ended)
        })
        .await?;
    if is_ended {
        engine.turn_requested.notify_one();
        outbox::wake_worker(engine);
        let change = TurnChange::Ended {
            finish: match error {
                Some(_) => TurnFinish::Error,
                None => TurnFinish::Cancelled,
            },
            error,
            seq: None,
        };
        publish(engine, (lease.ws, number), turn.message, change);
    }
    Ok(())
}

/// Puts a conversation before a person, with the reason in its log.
fn require_response(tx: &mut dyn Tx, ws: i64, number: i64, error: TurnError) -> Result<()> {
    let Some(mut found) = conversation::find(tx, ws, ConversationKey::Number(number))? else {
        return Ok(());
    };
    // In a direct conversation nobody else can respond.
    let needs_person = found.kind != ConversationKind::Direct;
    let mut changes = json!({ "assistant_error": error.as_str() });
    if needs_person {
        found.service.needs_response = true;
        changes["needs_response"] = json!(true);
    }
    write_change_by(tx, (ws, None), &found, &changes)
}

/// Returns what the assistants of a workspace have used today (UTC).
pub async fn usage_today(engine: &Engine, ws: i64) -> Result<AssistantUsage> {
    let now = engine.now();
    engine
        .store
        .read(move |tx| repo::usage_of_day(tx, ws, now))
        .await
}

pub(super) fn publish(
    engine: &Engine,
    (ws, conversation): (i64, i64),
    message: MessageId,
    change: TurnChange,
) {
    engine.bus.publish(&[BusMessage::Turn(TurnEvent {
        ws,
        conversation,
        message,
        change,
    })]);
}
