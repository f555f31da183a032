//! Appending messages. Queued appends are stored in batches of many conversations: two round trips and one commit each.
//!
//! Keeps INV-10, INV-11 (`docs/invariants.md`).

mod batch;
mod batch_lookup;
mod contention;
mod lane;
mod locked_head;
mod outbox_rows;
mod positioned_message;
mod respond;
mod write;

use parlor_model::{Error, Result};
use serde::Serialize;
use tokio::sync::oneshot;

pub(super) use self::contention::Contention;
pub(super) use self::lane::{AppendLanes, run_lane};
use crate::append_message::{AppendMessage, AppendResult};

/// Append in a queue, with the caller that waits for its result.
pub(super) struct QueuedAppend {
    pub(super) entry: AppendMessage,
    pub(super) answer: oneshot::Sender<Result<AppendResult>>,
}

impl QueuedAppend {
    /// Workspace and number of the conversation.
    fn conversation(&self) -> (i64, i64) {
        (self.entry.ws, self.entry.conversation)
    }

    fn respond(self, result: Result<AppendResult>) {
        // The receiver may be dropped; the commit stands.
        let _ = self.answer.send(result);
    }
}

/// Encodes rows as one JSON parameter, which the statement unfolds.
fn to_json_text(rows: &[impl Serialize]) -> Result<String> {
    serde_json::to_string(rows).map_err(Error::internal)
}
