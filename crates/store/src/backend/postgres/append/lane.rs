//! Lanes: threads that append. Each conversation belongs to one lane, so that the lanes of a node never wait for each
//! other.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use parlor_model::Result;

use super::batch::HeadLock;
use super::respond::respond_batch;
use super::{Contention, QueuedAppend};
use crate::backend::enqueue;
use crate::backend::postgres::worker::Worker;

/// Maximum number of messages per transaction.
const MAX_BATCH_MESSAGES: usize = 256;

/// Queues of all lanes.
pub(in crate::backend::postgres) struct AppendLanes(Vec<SyncSender<QueuedAppend>>);

impl AppendLanes {
    /// Creates the queues of `count` lanes and returns their receiving ends.
    pub(in crate::backend::postgres) fn new(
        count: usize,
        bound: usize,
    ) -> (Self, Vec<Receiver<QueuedAppend>>) {
        let (senders, receivers) = (0..count.max(1)).map(|_| sync_channel(bound)).unzip();
        (Self(senders), receivers)
    }

    /// Queues an append in the lane of its conversation.
    ///
    /// # Errors
    /// `Unavailable` if the queue is full.
    pub(in crate::backend::postgres) fn enqueue(&self, queued: QueuedAppend) -> Result<()> {
        let (ws, conversation) = queued.conversation();
        let lane = ws.wrapping_add(conversation).unsigned_abs() as usize % self.0.len();
        enqueue(self.0.get(lane), queued)
    }
}

/// Runs the appends of a lane until its queue is closed.
pub(in crate::backend::postgres) fn run_lane(
    mut worker: Worker,
    queue: &Receiver<QueuedAppend>,
    contention: &Arc<Contention>,
) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(MAX_BATCH_MESSAGES - 1));
        // Appends of callers that stopped waiting are dropped.
        batch.retain(|queued| !queued.answer.is_closed());
        let batch = contention.add_to_waiting(batch);
        if !batch.is_empty() {
            let blocked = respond_batch(&mut worker, batch, HeadLock::SkipLocked);
            contention.wait_for_heads(blocked);
        }
    }
}
