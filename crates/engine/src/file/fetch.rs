//! Fetches files of received messages from their carrier. The message is stored before: a carrier does not wait, and may
//! hand a file out later.
//!
//! Keeps INV-80 (`docs/invariants.md`).

use std::sync::Arc;
use std::time::Duration;

use parlor_model::conversation::ConversationKey;
use parlor_model::error::ErrorKind;
use parlor_model::message::MessageKey;
use parlor_model::message_details::{MessageDetails, OmissionReason, OmittedFile};
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::job::{self, ClaimedJob, JobKind};
use parlor_store::repo::remote_file::{self as repo, RemoteFile};
use parlor_store::repo::{conversation, file as files, message, workspace as workspaces};
use tokio::time::timeout;

use super::inbound::{MAX_MESSAGE_FILE_BYTES, PendingFiles};
use super::media_type::safe_media_type;
use super::upload::Upload;
use crate::outbound::AgentServerError;
use crate::{Engine, WorkPlaces, WorkWaiter, workspace};

/// Longest time of an attempt.
const MAX_DURATION: Duration = Duration::from_secs(60);
/// Lease of a fetch. A node that has stopped is replaced after this time.
const LEASE: Duration = Duration::from_secs(90);
/// Attempts to fetch a file. The last one follows about half an hour after the first.
const MAX_ATTEMPTS: i64 = 12;
/// Delay after the first attempt, which doubles.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// Bytes by which the media type of a picture is known.
const START_BYTES: usize = 16;
/// Names of files by their media type: a carrier tells none.
const NAMES: [(&str, &str); 10] = [
    ("image/jpeg", "picture.jpg"),
    ("image/png", "picture.png"),
    ("image/gif", "picture.gif"),
    ("image/webp", "picture.webp"),
    ("image/", "picture"),
    ("audio/", "recording"),
    ("video/", "video"),
    ("text/vcard", "contact.vcf"),
    ("text/x-vcard", "contact.vcf"),
    ("application/pdf", "document.pdf"),
];

/// Files that a node fetches at a time.
const MAX_FETCHES: usize = 8;

/// The background task that fetches files of messages. Each node runs one; a file is fetched by one of them.
#[derive(Debug, Clone, Copy)]
pub struct FileFetcher {
    /// Pause between two looks for work of other nodes, and for repetitions.
    pub idle_interval: Duration,
}

/// Why an attempt has failed.
enum FetchError {
    /// Another attempt may succeed.
    Transient,
    /// None will.
    Permanent(OmissionReason),
    /// The server's own error.
    Internal(Error),
}

impl FileFetcher {
    /// Runs until the future is dropped.
    pub async fn run(self, engine: &Arc<Engine>) {
        let waiter = WorkWaiter::for_fetches(engine);
        let mut places = WorkPlaces::new(MAX_FETCHES);
        loop {
            match fetch_due(engine, &mut places).await {
                Ok(true) => continue,
                Ok(false) => {}
                // The database may be unreachable.
                Err(error) => log_delay(&error),
            }
            tokio::select! {
                () = waiter.wait(self.idle_interval) => {}
                () = places.wait_for_room() => {}
            }
        }
    }
}

/// The job of a fetch that has failed is free again when its lease has ended.
fn log_delay(error: &Error) {
    tracing::debug!(?error, "files of messages are fetched later");
}

/// Begins to fetch files for which there are places. Returns whether there may be more to begin.
async fn fetch_due(engine: &Arc<Engine>, places: &mut WorkPlaces) -> Result<bool> {
    let kind = JobKind::FetchFile;
    let Some(next) = places.next_claim() else {
        return Ok(false);
    };
    // A claim is a write, also where there is nothing to claim.
    if !engine.store.read(move |tx| job::is_due(tx, kind)).await? {
        return Ok(false);
    }
    let limit = i64::try_from(next.limit).unwrap_or(1);
    let claimed = engine.store.claim_except(kind, limit, LEASE, next.except);
    let claimed = claimed.await?;
    let may_be_more = claimed.len() == next.limit;
    for job in claimed {
        let engine = engine.clone();
        places.spawn(job.ws.unwrap_or_default(), async move {
            if let Err(error) = run_job(&engine, job).await {
                log_delay(&error);
            }
        });
    }
    Ok(may_be_more)
}

async fn run_job(engine: &Engine, job: ClaimedJob) -> Result<()> {
    let ws = job
        .ws
        .ok_or_else(|| Error::internal("a fetch without a workspace"))?;
    let found = engine
        .store
        .read(move |tx| {
            let Some(remote) = repo::find(tx, ws, job.subject)? else {
                return Ok(None);
            };
            let stored = files::of_message(tx, ws, remote.message, i64::MAX)?;
            let stored: i64 = stored.iter().map(|file| file.content.size).sum();
            Ok(Some((remote, u64::try_from(stored).unwrap_or(0))))
        })
        .await?;
    let Some((remote, stored)) = found else {
        // It was deleted with its message.
        return engine
            .store
            .write(move |tx| job::finish(tx, &job))
            .await
            .map(drop);
    };
    let limit = MAX_MESSAGE_FILE_BYTES.saturating_sub(stored);
    let fetched = timeout(MAX_DURATION, fetch(engine, ws, &remote, limit)).await;
    let reason = match fetched.unwrap_or(Err(FetchError::Transient)) {
        Ok(pending) => return attach(engine, job, (ws, remote), pending).await,
        Err(FetchError::Internal(error)) => return Err(error),
        Err(FetchError::Transient) if job.attempts < MAX_ATTEMPTS => {
            let doubled = u32::try_from(job.attempts.max(1) - 1).unwrap_or(0);
            let delay = FIRST_DELAY.saturating_mul(1 << doubled.min(16));
            let released = engine.store.write(move |tx| job::release(tx, &job, delay));
            return released.await.map(drop);
        }
        Err(FetchError::Transient) => OmissionReason::NotFetched,
        Err(FetchError::Permanent(reason)) => reason,
    };
    tracing::warn!(reason = ?reason, "a file of a message was not fetched from its carrier");
    let noted = engine
        .store
        .write(move |tx| give_up(tx, &job, (ws, &remote), reason));
    noted.await
}

/// Receives a file, without more of it in memory than a piece.
async fn fetch(
    engine: &Engine,
    ws: i64,
    remote: &RemoteFile,
    limit: u64,
) -> std::result::Result<PendingFiles, FetchError> {
    let ctx = context(engine, ws).await?;
    let mut upload = Upload::begin(engine, &ctx, limit);
    let mut download = engine
        .carrier
        .fetch_file(remote.file.url.clone(), limit)
        .await?;
    let mut start = Vec::with_capacity(START_BYTES);
    while let Some(bytes) = download.body.next_chunk().await? {
        let missing = START_BYTES - start.len();
        start.extend_from_slice(&bytes[..missing.min(bytes.len())]);
        upload.write(&bytes).await?;
    }
    let declared = remote.file.media_type.as_deref();
    let media_type = safe_media_type(declared.or(download.media_type.as_deref()), &start);
    let known = NAMES.iter().find(|(kind, _)| media_type.starts_with(kind));
    let name = known.map_or("attachment", |(_, name)| name);
    Ok(PendingFiles::from_upload(upload, Redacted(name.to_owned()), media_type).await?)
}

async fn context(engine: &Engine, ws: i64) -> Result<Ctx> {
    let found = engine
        .store
        .read(move |tx| workspaces::find_by_number(tx, ws))
        .await?;
    let found = found.ok_or_else(|| Error::internal("a message without a workspace"))?;
    Ok(workspace::operator_context(engine, &found))
}

/// Makes the bytes a file of the message, unless it was deleted or another node was faster.
async fn attach(
    engine: &Engine,
    job: ClaimedJob,
    (ws, remote): (i64, RemoteFile),
    mut pending: PendingFiles,
) -> Result<()> {
    let rows = pending.take_rows();
    let attached = engine
        .store
        .write(move |tx| {
            if !job::finish(tx, &job)? || !repo::delete(tx, ws, job.subject)? {
                return Ok(());
            }
            for row in &rows {
                files::attach_to_message(tx, (ws, remote.conversation), remote.message, row)?;
            }
            Ok(())
        })
        .await;
    pending.finish(engine, &attached).await;
    attached
}

/// Ends the attempts, and notes in the message that a file is missing.
fn give_up(
    tx: &mut dyn Tx,
    job: &ClaimedJob,
    (ws, remote): (i64, &RemoteFile),
    reason: OmissionReason,
) -> Result<()> {
    if !job::finish(tx, job)? || !repo::delete(tx, ws, job.subject)? {
        return Ok(());
    }
    let number = remote.conversation;
    // The head comes first, as in other changes of messages; it is gone with the conversation.
    if conversation::find(tx, ws, ConversationKey::Number(number))?.is_none() {
        return Ok(());
    }
    tx.lock_head(ws, number)?;
    let Some(found) = message::find(tx, ws, number, MessageKey::Id(remote.message))? else {
        return Ok(());
    };
    let mut omitted_files = found.details.omitted_files;
    omitted_files.push(OmittedFile {
        name: None,
        size: None,
        reason,
    });
    let details = MessageDetails {
        omitted_files,
        ..found.details
    };
    message::set_details(tx, ws, found.number, &details)
}

impl From<AgentServerError> for FetchError {
    fn from(error: AgentServerError) -> Self {
        match error {
            AgentServerError::TooLarge => Self::Permanent(OmissionReason::TooLarge),
            AgentServerError::AddressForbidden => Self::Permanent(OmissionReason::NotFetched),
            // A file may not be ready yet where a carrier announces it.
            AgentServerError::Unreachable
            | AgentServerError::TimedOut
            | AgentServerError::UnexpectedResponse
            | AgentServerError::ConnectionLost => Self::Transient,
        }
    }
}

impl From<Error> for FetchError {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::TooLarge { .. } => Self::Permanent(OmissionReason::TooLarge),
            _ => Self::Internal(error),
        }
    }
}
