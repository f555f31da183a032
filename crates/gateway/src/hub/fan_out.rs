//! Delivery of one log page to all subscribers of a conversation.

use std::panic::resume_unwind;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_engine::conversation::LogPage;
use tokio::task::{JoinSet, unconstrained};

use super::frame_batch::FrameBatch;
use super::frame_encoder::{Frame, FrameEncoder};
use super::subscriber::Subscriber;

/// Subscribers served by one task; further ones are served by parallel tasks.
const SUBSCRIBERS_PER_TASK: usize = 128;

/// A log page, encoded once per encoder key.
pub(super) struct FanOut {
    page: LogPage,
    batches: Mutex<Vec<(&'static str, FrameBatch)>>,
}

impl FanOut {
    pub(super) fn new(found: LogPage) -> Self {
        Self {
            page: found,
            batches: Mutex::default(),
        }
    }

    /// Delivers the page to every subscriber that has not received it. On return each subscriber has sent or queued
    /// it. A panic in one task is propagated.
    ///
    /// Runs outside Tokio's cooperative budget: an exhausted budget makes a socket report not-ready and look like a
    /// slow consumer.
    pub(super) async fn deliver_all(self, readers: Arc<Vec<Arc<Subscriber>>>) {
        if readers.len() <= SUBSCRIBERS_PER_TASK {
            unconstrained(async { self.deliver_share(&readers) }).await;
            return;
        }
        let made = Arc::new(self);
        let mut shares = JoinSet::new();
        for from in (0..readers.len()).step_by(SUBSCRIBERS_PER_TASK) {
            let (made, readers) = (made.clone(), readers.clone());
            shares.spawn(unconstrained(async move {
                let until = readers.len().min(from + SUBSCRIBERS_PER_TASK);
                made.deliver_share(&readers[from..until]);
            }));
        }
        while let Some(given) = shares.join_next().await {
            if let Err(failed) = given
                && let Ok(panic) = failed.try_into_panic()
            {
                resume_unwind(panic);
            }
        }
    }

    fn deliver_share(&self, readers: &[Arc<Subscriber>]) {
        for reader in readers {
            reader.deliver(&self.encoded(&*reader.encoder));
        }
    }

    fn encoded(&self, codec: &dyn FrameEncoder) -> FrameBatch {
        let mut stretches = self.batches.lock();
        let name = codec.cache_key();
        if let Some((_, stretch)) = stretches.iter().find(|(known, _)| *known == name) {
            return stretch.clone();
        }
        let stretch = FrameBatch::new(encode_page(codec, &self.page));
        stretches.push((name, stretch.clone()));
        stretch
    }
}

/// Encodes the entries of a page.
pub(super) fn encode_page(codec: &dyn FrameEncoder, found: &LogPage) -> Vec<Frame> {
    let items = found.items.iter();
    items
        .map(|item| Frame::from_item(codec, item, found))
        .collect()
}
