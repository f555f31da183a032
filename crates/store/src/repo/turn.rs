//! Turns of assistants.
//!
//! Keeps INV-65 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::id::MessageId;
use parlor_model::redacted::Redacted;
use parlor_model::turn::{Turn, TurnError, TurnState, TurnUsage};
use parlor_model::{Error, Result, Timestamp};

use super::job::{self, ClaimedJob, JobKind};
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
    /// Tokens that it used.
    pub usage: TurnUsage,
}

/// Requests and tokens of the assistants of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AssistantUsage {
    /// Number of turns.
    pub requests: i64,
    /// Tokens.
    pub tokens: TurnUsage,
}

/// Requests a turn in a conversation, or makes the one under way answer again after it has ended. Returns the id that
/// the message of the turn under way will have.
pub fn request(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<MessageId> {
    let requested = request_by(tx, &sql::REQUEST, ws, conversation)?;
    requested.ok_or_else(|| Error::internal("a turn was not inserted"))
}

/// Requests a turn like [`request`] if the conversation's assistant is switched on and not paused; otherwise does
/// nothing. The head of the conversation must be locked, so that this still holds at the commit.
pub fn request_if_served(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<()> {
    request_by(tx, &sql::REQUEST_IF_SERVED, ws, conversation).map(drop)
}

fn request_by(
    tx: &mut dyn Tx,
    statement: &'static SqlStatement,
    ws: i64,
    conversation: i64,
) -> Result<Option<MessageId>> {
    let stamp = tx.next_stamp();
    let id: MessageId = stamp.id();
    let params = params![ws, conversation, &id, stamp.at];
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
    tx.query_one(&sql::BY_NUMBER, params![ws, job.subject], from_row)
}

/// Finds the turn under way in a conversation.
pub fn find_under_way(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<Turn>> {
    tx.query_one(&sql::UNDER_WAY, params![ws, conversation], from_row)
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
    let pending = tx.query_one(&sql::END, params, |row| row.bool(0))?;
    add_usage(tx, ws, tokens)?;
    // After a failure a person responds, to all that was said.
    if pending == Some(true) && end.state != TurnState::Failed {
        request(tx, ws, conversation)?;
    }
    Ok(true)
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
    let found = tx.query_one(&sql::USAGE, params![ws, day_of(at)], |row| {
        Ok(AssistantUsage {
            requests: row.int(0)?,
            tokens: TurnUsage {
                input_tokens: row.int(1)?,
                output_tokens: row.int(2)?,
            },
        })
    })?;
    Ok(found.unwrap_or_default())
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
    })
}
