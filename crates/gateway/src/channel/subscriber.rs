//! Bounded message queue of one channel subscriber.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::Channels;

/// Messages queued per subscriber.
const MAX_QUEUED_MESSAGES: usize = 1_000;
/// Bytes queued per subscriber; a single message may be longer.
const MAX_QUEUED_BYTES: usize = 1024 * 1024;

/// The queue of the subscriber overflowed and messages were lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChannelLagged;

pub(super) struct ChannelSubscriber {
    pub(super) channel: Arc<str>,
    queue: Mutex<MessageQueue>,
    /// Notified after every change of the queue.
    message_ready: Notify,
}

#[derive(Default)]
struct MessageQueue {
    messages: VecDeque<Arc<str>>,
    bytes: usize,
    /// A message did not fit; set once and for all.
    has_lagged: bool,
}

impl ChannelSubscriber {
    pub(super) fn new(channel: &str) -> Self {
        Self {
            channel: Arc::from(channel),
            queue: Mutex::default(),
            message_ready: Notify::new(),
        }
    }

    /// Queues a message. If the queue is full the subscriber has lagged and gets no later message, so that no gap is
    /// hidden.
    pub(super) fn enqueue(&self, message: &Arc<str>) {
        let mut queue = self.queue.lock();
        let bytes = queue.bytes + message.len();
        let fits = queue.messages.is_empty()
            || (queue.messages.len() < MAX_QUEUED_MESSAGES && bytes <= MAX_QUEUED_BYTES);
        if fits && !queue.has_lagged {
            queue.bytes = bytes;
            queue.messages.push_back(message.clone());
        } else {
            queue.has_lagged = true;
        }
        self.message_ready.notify_one();
    }

    fn dequeue(&self) -> Result<Option<Arc<str>>, ChannelLagged> {
        let mut queue = self.queue.lock();
        match queue.messages.pop_front() {
            Some(message) => {
                queue.bytes -= message.len();
                Ok(Some(message))
            }
            None if queue.has_lagged => Err(ChannelLagged),
            None => Ok(None),
        }
    }
}

/// Subscription to a channel; dropping it unsubscribes.
pub(super) struct ChannelSubscription {
    channels: Arc<Channels>,
    ws: i64,
    subscriber: Arc<ChannelSubscriber>,
}

impl ChannelSubscription {
    pub(super) fn new(
        channels: Arc<Channels>,
        ws: i64,
        subscriber: Arc<ChannelSubscriber>,
    ) -> Self {
        Self {
            channels,
            ws,
            subscriber,
        }
    }

    /// Waits for the next message.
    ///
    /// # Errors
    /// [`ChannelLagged`] once all messages before the first lost one were taken.
    ///
    /// # Cancel safety
    /// No message is lost.
    pub(super) async fn next(&mut self) -> Result<Arc<str>, ChannelLagged> {
        loop {
            if let Some(message) = self.subscriber.dequeue()? {
                return Ok(message);
            }
            self.subscriber.message_ready.notified().await;
        }
    }
}

impl Drop for ChannelSubscription {
    fn drop(&mut self) {
        self.channels.unsubscribe(self.ws, &self.subscriber);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriber_queue_overflow_yields_lagged_after_queued_messages() {
        let subscriber = ChannelSubscriber::new("a-channel-of-some-length");
        let message: Arc<str> = Arc::from("x".repeat(MAX_QUEUED_BYTES / 2));
        for _ in 0..3 {
            subscriber.enqueue(&message);
        }
        assert!(subscriber.dequeue().unwrap().is_some());
        // There is room again, but a message after a lost one would hide the gap.
        subscriber.enqueue(&message);
        assert!(subscriber.dequeue().unwrap().is_some());
        assert_eq!(subscriber.dequeue(), Err(ChannelLagged));
    }

    #[test]
    fn oversized_message_fits_into_empty_queue() {
        let subscriber = ChannelSubscriber::new("a-channel-of-some-length");
        subscriber.enqueue(&Arc::from("x".repeat(MAX_QUEUED_BYTES + 1)));
        assert!(subscriber.dequeue().unwrap().is_some());
        assert_eq!(subscriber.dequeue(), Ok(None));
    }
}
