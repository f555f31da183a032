//! Delivery of one log page to all subscribers of a conversation.

use std::panic::resume_unwind;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_engine::conversation::LogPage;
use tokio::task::{JoinSet, unconstrained};

use super::frame::Frame;
use super::frame_batch::FrameBatch;
use super::frame_encoder::FrameEncoder;
use super::subscriber::Subscriber;

/// Subscribers served by one task; further ones are served by parallel tasks.
const SUBSCRIBERS_PER_TASK: usize = 128;

/// A log page, encoded once per encoder key.
pub(super) struct FanOut {
    page: LogPage,
    batches: Mutex<Vec<(&'static str, FrameBatch)>>,
}

impl FanOut {
    pub(super) fn new(page: LogPage) -> Self {
        Self {
            page,
            batches: Mutex::default(),
        }
    }

    /// Delivers the page to every subscriber that has not received it. On return each subscriber has sent or queued
    /// it. A panic in one task is propagated.
    ///
    /// Runs outside Tokio's cooperative budget: an exhausted budget makes a socket report not-ready and look like a
    /// slow consumer.
    pub(super) async fn deliver_all(self, subscribers: Arc<Vec<Arc<Subscriber>>>) {
        if subscribers.len() <= SUBSCRIBERS_PER_TASK {
            unconstrained(async { self.deliver_share(&subscribers) }).await;
            return;
        }
        let fan_out = Arc::new(self);
        let mut tasks = JoinSet::new();
        for from in (0..subscribers.len()).step_by(SUBSCRIBERS_PER_TASK) {
            let (fan_out, subscribers) = (fan_out.clone(), subscribers.clone());
            tasks.spawn(unconstrained(async move {
                let until = subscribers.len().min(from + SUBSCRIBERS_PER_TASK);
                fan_out.deliver_share(&subscribers[from..until]);
            }));
        }
        while let Some(result) = tasks.join_next().await {
            if let Err(error) = result
                && let Ok(panic) = error.try_into_panic()
            {
                resume_unwind(panic);
            }
        }
    }

    fn deliver_share(&self, subscribers: &[Arc<Subscriber>]) {
        for subscriber in subscribers {
            subscriber.deliver(&self.encoded(&*subscriber.encoder));
        }
    }

    fn encoded(&self, encoder: &dyn FrameEncoder) -> FrameBatch {
        let mut batches = self.batches.lock();
        let cache_key = encoder.cache_key();
        if let Some((_, batch)) = batches.iter().find(|(known, _)| *known == cache_key) {
            return batch.clone();
        }
        let batch = FrameBatch::new(encode_page(encoder, &self.page));
        batches.push((cache_key, batch.clone()));
        batch
    }
}

/// Encodes the entries of a page.
pub(super) fn encode_page(encoder: &dyn FrameEncoder, page: &LogPage) -> Vec<Frame> {
    let items = page.items.iter();
    items
        .map(|item| Frame::from_item(encoder, item, page))
        .collect()
}
