//! Jobs: rows that one node at a time holds by a lease. [`crate::Store::claim`] claims them.
//!
//! Keeps INV-62 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::outbox::QueueKind;
use parlor_model::{Error, Result};

use super::param::to_json_array;
use crate::sql::job as sql;
use crate::{Row, Tx, params};

/// Kind of a job. Each has its own queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Adds messages to the search index; there is one such job, which never ends.
    IndexMessages,
    /// Adds titles of conversations to the search index; one job.
    IndexConversations,
    /// Adds names of members to the search index; one job.
    IndexMembers,
    /// Answers in a conversation; the subject is the number of the turn.
    Turn,
    /// Removes what a deleted conversation has left; its subject is the conversation.
    RemoveConversation,
    /// Sends the deliveries of a queue of the outbox; its subject is the queue, and its position counts signals.
    Deliver,
    /// Fetches a file of a message from its carrier; its subject is the remote file.
    FetchFile,
}

impl JobKind {
    /// Returns the name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IndexMessages => "index_messages",
            Self::IndexConversations => "index_conversations",
            Self::IndexMembers => "index_members",
            Self::Turn => "turn",
            Self::RemoveConversation => "remove_conversation",
            Self::Deliver => "deliver",
            Self::FetchFile => "fetch_file",
        }
    }
}

/// Claimed job. Its holder must check it in each transaction that changes something on its behalf: after the lease
/// another node may have claimed the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimedJob {
    /// Row number.
    pub number: i64,
    /// Workspace number, if it belongs to one.
    pub ws: Option<i64>,
    /// Number of the row that it is about, by kind.
    pub subject: i64,
    /// Number of claims so far. It identifies this one.
    pub fence: i64,
    /// Number of claims since the job was added.
    pub attempts: i64,
    /// How far it had come when it was claimed, by kind; 0 at first.
    pub position: i64,
}

/// Adds a job that is due after a delay.
pub fn insert(
    tx: &mut dyn Tx,
    kind: JobKind,
    ws: Option<i64>,
    subject: i64,
    delay: Duration,
) -> Result<i64> {
    let now = tx.next_stamp().at;
    let params = params![kind.as_str(), ws, subject, micros(delay)?, now];
    tx.query_one(&sql::INSERT, params, |row| row.int(0))?
        .ok_or_else(|| Error::internal("a job was not inserted"))
}

/// Returns whether there is a job of a kind, due or not, held or not.
pub fn exists(tx: &mut dyn Tx, kind: JobKind) -> Result<bool> {
    let found = tx.query_one(&sql::EXISTS, params![kind.as_str()], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Returns whether a job of a kind may be claimed.
pub fn is_due(tx: &mut dyn Tx, kind: JobKind) -> Result<bool> {
    let now = tx.next_stamp().at;
    let found = tx.query_one(&sql::IS_DUE, params![kind.as_str(), now], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Returns whether the job of a queue of deliveries that go to such a target may be claimed.
pub fn is_delivery_due(tx: &mut dyn Tx, target: QueueKind) -> Result<bool> {
    let now = tx.next_stamp().at;
    let params = params![target.as_str(), now];
    let found = tx.query_one(&sql::DELIVERY_IS_DUE, params, |_| Ok(()))?;
    Ok(found.is_some())
}

/// Claims due jobs, the longest due first, except those of some workspaces.
pub(crate) fn claim(
    tx: &mut dyn Tx,
    kind: JobKind,
    limit: i64,
    lease: Duration,
    except: &[i64],
) -> Result<Vec<ClaimedJob>> {
    let now = tx.next_stamp().at;
    let except = to_json_array(except);
    let params = params![kind.as_str(), limit, micros(lease)?, now, &except];
    tx.query_all(&sql::CLAIM, params, from_row)
}

/// Claims due jobs of queues of deliveries that go to such a target, the longest due first, except those of some workspaces.
pub(crate) fn claim_deliveries(
    tx: &mut dyn Tx,
    target: QueueKind,
    limit: i64,
    lease: Duration,
    except: &[i64],
) -> Result<Vec<ClaimedJob>> {
    let now = tx.next_stamp().at;
    let except = to_json_array(except);
    let params = params![target.as_str(), limit, micros(lease)?, now, &except];
    tx.query_all(&sql::CLAIM_DELIVERIES, params, from_row)
}

fn from_row(row: &dyn Row) -> Result<ClaimedJob> {
    Ok(ClaimedJob {
        number: row.int(0)?,
        ws: row.opt_int(1)?,
        subject: row.int(2)?,
        fence: row.int(3)?,
        attempts: row.int(4)?,
        position: row.int(5)?,
    })
}

/// Extends the lease. Returns `false` if another node has claimed the job: nothing may be changed on its behalf.
pub fn renew(tx: &mut dyn Tx, job: &ClaimedJob, lease: Duration) -> Result<bool> {
    let now = tx.next_stamp().at;
    let params = params![job.number, job.fence, micros(lease)?, now];
    tx.execute(&sql::RENEW, params).map(|held| held == 1)
}

/// Extends the lease and records how far the job has come. Returns `false` if another node has claimed the job: nothing
/// may be changed on its behalf.
pub fn advance(tx: &mut dyn Tx, job: &ClaimedJob, position: i64, lease: Duration) -> Result<bool> {
    let now = tx.next_stamp().at;
    let params = params![job.number, job.fence, micros(lease)?, now, position];
    tx.execute(&sql::ADVANCE, params).map(|held| held == 1)
}

/// Ends all leases.
pub(crate) fn end_leases(tx: &mut dyn Tx) -> Result<()> {
    tx.execute(&sql::END_LEASES, &[]).map(drop)
}

/// Gives the job back, to be claimed again after a delay. Returns `false` if another node has claimed it.
pub fn release(tx: &mut dyn Tx, job: &ClaimedJob, delay: Duration) -> Result<bool> {
    let now = tx.next_stamp().at;
    let params = params![job.number, job.fence, micros(delay)?, now];
    tx.execute(&sql::RELEASE, params).map(|held| held == 1)
}

/// Gives the job of a queue of deliveries back, to be claimed again after a delay, or at once if it was signalled since it
/// was claimed. Returns `false` if another node has claimed it.
pub(super) fn release_deliveries(
    tx: &mut dyn Tx,
    ws: i64,
    job: &ClaimedJob,
    delay: Duration,
) -> Result<bool> {
    let now = tx.next_stamp().at;
    let (number, fence, position) = (job.number, job.fence, job.position);
    let params = params![ws, number, fence, position, micros(delay)?, now];
    tx.execute(&sql::RELEASE_DELIVERIES, params)
        .map(|held| held == 1)
}

/// Adds the jobs of queues of deliveries, or signals those there are.
pub(super) fn signal_deliveries(tx: &mut dyn Tx, ws: i64, queues: &[i64]) -> Result<()> {
    let now = tx.next_stamp().at;
    let queues = to_json_array(queues);
    tx.execute(&sql::SIGNAL_DELIVERIES, params![ws, &queues, now])
        .map(drop)
}

/// Lets the job of a queue of deliveries, if there is one, be claimed now, and signals its holder.
pub(super) fn make_delivery_due(tx: &mut dyn Tx, ws: i64, queue: i64) -> Result<()> {
    let now = tx.next_stamp().at;
    tx.execute(&sql::MAKE_DELIVERY_DUE, params![ws, queue, now])
        .map(drop)
}

/// Removes the job, unless it was signalled since it was claimed or since [`read_position`]. Returns `false` if it is
/// still there, or another node has claimed it.
pub(super) fn finish_unless_signalled(tx: &mut dyn Tx, job: &ClaimedJob) -> Result<bool> {
    let params = params![job.number, job.fence, job.position];
    tx.execute(&sql::FINISH_UNLESS_SIGNALLED, params)
        .map(|held| held == 1)
}

/// Returns the position of the job as it is now; `None` if another node has claimed it.
pub(super) fn read_position(tx: &mut dyn Tx, job: &ClaimedJob) -> Result<Option<i64>> {
    tx.query_one(&sql::POSITION, params![job.number, job.fence], |row| {
        row.int(0)
    })
}

/// Removes the job. Returns `false` if another node has claimed it.
pub fn finish(tx: &mut dyn Tx, job: &ClaimedJob) -> Result<bool> {
    let params = params![job.number, job.fence];
    tx.execute(&sql::FINISH, params).map(|held| held == 1)
}

fn micros(duration: Duration) -> Result<i64> {
    i64::try_from(duration.as_micros()).map_err(Error::internal)
}
