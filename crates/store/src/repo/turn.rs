//! Turns of assistants.
//!
//! Keeps INV-65, INV-66 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::id::MessageId;
use parlor_model::redacted::Redacted;
use parlor_model::turn::{AssistantUsage, Turn, TurnError, TurnKind, TurnState, TurnUsage};
use parlor_model::{Error, Result, Timestamp};

use super::job::{self, ClaimedJob, JobKind};
use super::participant;
use crate::sql::turn as sql;
use crate::{Row, SqlStatement, Tx, params};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// End of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnEnd {
    /// The job under which the turn is held.
    pub job: ClaimedJob,
    /// Its last state.
    pub state: TurnState,
    /// Why it failed, if it did.
    pub error: Option<TurnError>,
    /// Tokens that it used since its last recorded round.
    pub usage: TurnUsage,
    /// A person takes over, and also answers what was said during the turn.
    pub hands_off: bool,
}

/// Requests an answer of a conversation's own assistant; if a turn is under way, another follows it. Returns the id that
/// the message of the turn under way will have.
pub fn request(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<MessageId> {
    let turn = (TurnKind::Answer, None);
    let requested = insert(tx, &sql::REQUEST, (ws, conversation), turn)?;
    requested.ok_or_else(not_inserted)
}

/// Requests a turn like [`request`] if the conversation's assistant is switched on and not paused; otherwise does
/// nothing. The head of the conversation must be locked, so that this still holds at the commit.
pub fn request_if_served(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<()> {
    let turn = (TurnKind::Answer, None);
    insert(tx, &sql::REQUEST_IF_SERVED, (ws, conversation), turn).map(drop)
}

/// Requests an answer of another assistant, by member number, as [`request`] does.
pub fn request_of(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    assistant: i64,
) -> Result<MessageId> {
    let turn = (TurnKind::Answer, Some(assistant));
    let requested = insert(tx, &sql::REQUEST, (ws, conversation), turn)?;
    requested.ok_or_else(not_inserted)
}

/// Requests that a new conversation's assistant says the opening message of the workflow.
pub fn request_opening(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<MessageId> {
    let turn = (TurnKind::Opening, None);
    let requested = insert(tx, &sql::REQUEST, (ws, conversation), turn)?;
    requested.ok_or_else(not_inserted)
}

fn not_inserted() -> Error {
    Error::internal("a turn was not inserted")
}

fn insert(
    tx: &mut dyn Tx,
    statement: &'static SqlStatement,
    (ws, conversation): (i64, i64),
    (kind, assistant): (TurnKind, Option<i64>),
) -> Result<Option<MessageId>> {
    let stamp = tx.next_stamp();
    let id: MessageId = stamp.id();
    let pending_for = assistant.map_or_else(String::new, |number| format!(",{number},"));
    let params = params![
        ws,
        conversation,
        &id,
        stamp.at,
        kind.as_str(),
        assistant,
        pending_for.as_str()
    ];
    let read = |row: &dyn Row| Ok((row.int(0)?, row.id(1)?));
    let Some((number, message)) = tx.query_one(statement, params, read)? else {
        return Ok(None);
    };
    if message == id {
        job::insert(tx, JobKind::Turn, Some(ws), number, Duration::ZERO)?;
    }
    Ok(Some(message))
}

/// Begins the turn of a claimed job. `None` if it is over: then the job is removed.
pub fn begin(tx: &mut dyn Tx, ws: i64, job: &ClaimedJob) -> Result<Option<Turn>> {
    if !is_held(tx, job)? {
        return Ok(None);
    }
    let now = tx.next_stamp().at;
    if tx.execute(&sql::BEGIN, params![ws, job.subject, now])? == 0 {
        job::finish(tx, job)?;
        return Ok(None);
    }
    find(tx, ws, job.subject)
}

/// Gives back the job of a turn whose worker is stopped: it is due at once, and the attempt does not count. Returns
/// `false`, and changes nothing, if it is no longer held.
pub fn give_back(tx: &mut dyn Tx, ws: i64, job: &ClaimedJob) -> Result<bool> {
    let is_held = job::release(tx, job, Duration::ZERO)?;
    if is_held {
        tx.execute(&sql::UNCOUNT_ATTEMPT, params![ws, job.subject])?;
    }
    Ok(is_held)
}

/// Finds the turn under way in a conversation.
pub fn find_under_way(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<Turn>> {
    tx.query_one(&sql::UNDER_WAY, params![ws, conversation], from_row)
}

/// Finds a turn by number, ended or not.
pub fn find(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<Turn>> {
    tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row)
}

/// Finds the turn of a conversation whose message has this id, ended or not.
pub fn find_by_message(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    message: MessageId,
) -> Result<Option<Turn>> {
    let params = params![ws, conversation, &message];
    tx.query_one(&sql::BY_MESSAGE, params, from_row)
}

/// Finds the newest turn of a conversation, ended or not.
pub fn find_newest(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<Turn>> {
    tx.query_one(&sql::NEWEST, params![ws, conversation], from_row)
}

/// Extends the lease of a turn, saves text generated since the last call, and returns whether somebody asked to cancel
/// it; `None` if it is no longer held.
pub fn save_progress(
    tx: &mut dyn Tx,
    ws: i64,
    (job, lease): (&ClaimedJob, Duration),
    text: &str,
) -> Result<Option<bool>> {
    if !job::renew(tx, job, lease)? {
        return Ok(None);
    }
    tx.query_one(&sql::SAVE_TEXT, params![ws, job.subject, text], |row| {
        row.bool(0)
    })
}

/// Counts a round of tool calls, whose messages the same transaction inserts, and its tokens, and extends the lease; the
/// answer goes on as the message with this id. Returns whether somebody asked to cancel the turn; `None` if it is no
/// longer held, or over.
pub fn record_round(
    tx: &mut dyn Tx,
    ws: i64,
    (job, lease): (&ClaimedJob, Duration),
    message: MessageId,
    usage: TurnUsage,
) -> Result<Option<bool>> {
    if !job::renew(tx, job, lease)? {
        return Ok(None);
    }
    let tokens = (usage.input_tokens, usage.output_tokens);
    let params = params![ws, job.subject, &message, tokens.0, tokens.1];
    let recorded = tx.query_one(&sql::RECORD_ROUND, params, |row| row.bool(0))?;
    if recorded.is_some() {
        add_usage(tx, ws, usage)?;
    }
    Ok(recorded)
}

/// Ends a turn that is held; if people have said something meanwhile, the next one is requested. Returns `false`, and
/// changes nothing, if it is no longer held.
pub fn end(tx: &mut dyn Tx, ws: i64, conversation: i64, end: &TurnEnd) -> Result<bool> {
    if !job::finish(tx, &end.job)? {
        return Ok(false);
    }
    let now = tx.next_stamp().at;
    let tokens = end.usage;
    let error = end.error.map(TurnError::as_str);
    let params = params![
        ws,
        end.job.subject,
        end.state.as_str(),
        error,
        tokens.input_tokens,
        tokens.output_tokens,
        now
    ];
    let read = |row: &dyn Row| {
        let kind = row.enum_value(2, TurnKind::from_name)?;
        Ok((row.bool(0)?, row.string(1)?, kind))
    };
    let Some((pending, pending_for, kind)) = tx.query_one(&sql::END, params, read)? else {
        return Ok(true);
    };
    if kind == TurnKind::Answer {
        add_usage(tx, ws, tokens)?;
    }
    // After a failure, and where it was handed off, a person responds to all that was said.
    if pending && end.state != TurnState::Failed && !end.hands_off {
        request(tx, ws, conversation)?;
    }
    request_of_pending(tx, ws, conversation, &pending_for)?;
    Ok(true)
}

/// Requests the answers of other assistants that were asked during a turn and still participate.
fn request_of_pending(tx: &mut dyn Tx, ws: i64, conversation: i64, pending: &str) -> Result<()> {
    if pending.is_empty() {
        return Ok(());
    }
    let present = participant::list_assistants(tx, ws, conversation)?;
    let numbers = pending.split(',').filter_map(|number| number.parse().ok());
    for assistant in numbers.filter(|number| present.contains(number)) {
        request_of(tx, ws, conversation, assistant)?;
    }
    Ok(())
}

/// Returns the tokens that the turns of a conversation have used which have ended in a half-open interval of time.
pub fn tokens_of_conversation(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    (from, to): (Timestamp, Timestamp),
) -> Result<TurnUsage> {
    let params = params![ws, conversation, from, to];
    let found = tx.query_one(&sql::TOKENS, params, |row| {
        Ok(TurnUsage {
            input_tokens: row.int(0)?,
            output_tokens: row.int(1)?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Counts a request with its tokens among those of the day (UTC).
pub fn add_usage(tx: &mut dyn Tx, ws: i64, usage: TurnUsage) -> Result<()> {
    let today = day_of(tx.next_stamp().at);
    let params = params![ws, today, 1_i64, usage.input_tokens, usage.output_tokens];
    tx.execute(&sql::ADD_USAGE, params).map(drop)
}

/// Asks the worker of the turn under way to cancel it; returns its message's id.
pub fn request_cancel(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<MessageId>> {
    tx.query_one(&sql::REQUEST_CANCEL, params![ws, conversation], |row| {
        row.id(0)
    })
}

/// Ends the turn under way without an answer: its worker can store nothing from this commit on. Returns its message's
/// id.
pub fn withdraw(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<MessageId>> {
    let now = tx.next_stamp().at;
    let read = |row: &dyn Row| Ok((row.int(0)?, row.id(1)?));
    let Some((number, message)) =
        tx.query_one(&sql::WITHDRAW, params![ws, conversation, now], read)?
    else {
        return Ok(None);
    };
    tx.execute(&sql::DELETE_JOB, params![ws, number])?;
    Ok(Some(message))
}

/// Returns whether a job is still held under its fence. The answer holds until the transaction ends.
pub(crate) fn is_held(tx: &mut dyn Tx, job: &ClaimedJob) -> Result<bool> {
    let found = tx.query_one(&sql::LOCK_JOB, params![job.number, job.fence], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Returns what the assistants of a workspace have used on the day of a time (UTC).
pub fn usage_of_day(tx: &mut dyn Tx, ws: i64, at: Timestamp) -> Result<AssistantUsage> {
    let found = tx.query_one(&sql::USAGE, params![ws, day_of(at)], usage_from_row)?;
    Ok(found.unwrap_or_default())
}

/// Returns what the assistants of a workspace have used on each day (since the epoch, in UTC) of a half-open range, in
/// order; days without use are left out.
pub fn daily_usage(
    tx: &mut dyn Tx,
    ws: i64,
    (from, until): (i64, i64),
) -> Result<Vec<(i64, AssistantUsage)>> {
    tx.query_all(&sql::DAILY_USAGE, params![ws, from, until], |row| {
        Ok((row.int(3)?, usage_from_row(row)?))
    })
}

/// Returns what the assistants of a workspace have used on all days.
pub fn total_usage(tx: &mut dyn Tx, ws: i64) -> Result<AssistantUsage> {
    let found = tx.query_one(&sql::TOTAL_USAGE, params![ws], usage_from_row)?;
    Ok(found.unwrap_or_default())
}

fn usage_from_row(row: &dyn Row) -> Result<AssistantUsage> {
    Ok(AssistantUsage {
        requests: row.int(0)?,
        tokens: TurnUsage {
            input_tokens: row.int(1)?,
            output_tokens: row.int(2)?,
        },
    })
}

fn day_of(at: Timestamp) -> i64 {
    at.micros().div_euclid(MICROS_PER_DAY)
}

fn from_row(row: &dyn Row) -> Result<Turn> {
    Ok(Turn {
        number: row.int(0)?,
        conversation: row.int(1)?,
        message: row.id(2)?,
        state: row.enum_value(3, TurnState::from_name)?,
        answered_seq: row.int(4)?,
        attempts: row.int(5)?,
        text: Redacted(row.string(6)?),
        cancel_requested: row.bool(7)?,
        error: row.opt_enum_value(8, TurnError::from_name)?,
        created_at: row.time(9)?,
        kind: row.enum_value(10, TurnKind::from_name)?,
        assistant: row.opt_int(11)?,
        tool_rounds: row.int(12)?,
        usage: TurnUsage {
            input_tokens: row.int(13)?,
            output_tokens: row.int(14)?,
        },
    })
}
