//! Subscriptions of one multiplexed socket.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::{AbortHandle, Abortable, Aborted};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, Stream};
use parlor_model::Result;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::protocol::SubscribeOptions;
use crate::hub::{Hub, QueueBudget, Subscription, SubscriptionEvent};

/// Subscriptions whose logs are read at the same time; bounds the memory of a slow client.
const MAX_CONCURRENT_CATCH_UPS: usize = 2;

/// All subscriptions of a socket.
pub(super) struct SubscriptionSet {
    subscriptions: FuturesUnordered<Abortable<PendingSubscription>>,
    active: HashMap<i64, ActiveSubscription>,
    budget: Arc<QueueBudget>,
    catch_up_permits: Arc<Semaphore>,
    /// Distinguishes a subscription from an earlier one to the same conversation.
    last_generation: u64,
}

/// State of one subscription.
pub(super) struct ActiveSubscription {
    generation: u64,
    abort: AbortHandle,
    /// Acknowledgements to send in place of later log entries, by seq.
    pub(super) pending_acks: HashMap<i64, Utf8Bytes>,
    /// Last delivered seq.
    pub(super) delivered_seq: i64,
    /// The subscription is caught up and live.
    pub(super) is_live: bool,
}

type PendingSubscription = Pin<Box<dyn Future<Output = PolledSubscription> + Send>>;

struct PolledSubscription {
    subscription: Subscription,
    key: (i64, u64),
    progress: Result<SubscriptionProgress>,
    /// Released once the page has been sent.
    catch_up_permit: Option<OwnedSemaphorePermit>,
}

/// Result of polling a subscription.
pub(super) enum SubscriptionProgress {
    Event(SubscriptionEvent),
    /// The log is read to its end and the subscription is live.
    CaughtUp,
}

/// Update of one subscription. Its next log page is read after this is dropped.
pub(super) struct SubscriptionUpdate {
    pub(super) conversation: i64,
    pub(super) progress: Result<SubscriptionProgress>,
    _catch_up_permit: Option<OwnedSemaphorePermit>,
}

impl Default for SubscriptionSet {
    fn default() -> Self {
        Self {
            subscriptions: FuturesUnordered::new(),
            active: HashMap::new(),
            budget: Arc::default(),
            catch_up_permits: Arc::new(Semaphore::new(MAX_CONCURRENT_CATCH_UPS)),
            last_generation: 0,
        }
    }
}

impl SubscriptionSet {
    pub(super) fn subscribe(&mut self, hub: &Arc<Hub>, options: SubscribeOptions) {
        let SubscribeOptions {
            conversation,
            ctx,
            encoder,
            after_seq,
        } = options;
        let subscription =
            hub.subscribe_with_budget(&ctx, conversation, encoder, after_seq, self.budget.clone());
        self.last_generation += 1;
        let key = (conversation, self.last_generation);
        let (abort, registration) = AbortHandle::new_pair();
        let pending = poll_subscription(subscription, key, self.catch_up_permits.clone()).boxed();
        self.subscriptions
            .push(Abortable::new(pending, registration));
        let subscription = ActiveSubscription {
            generation: self.last_generation,
            abort,
            pending_acks: HashMap::new(),
            delivered_seq: after_seq,
            is_live: false,
        };
        if let Some(old) = self.active.insert(conversation, subscription) {
            old.abort.abort();
        }
    }

    /// Ends a subscription; returns the acknowledgements not yet sent.
    pub(super) fn unsubscribe(&mut self, conversation: i64) -> Vec<Utf8Bytes> {
        let Some(removed) = self.active.remove(&conversation) else {
            return Vec::new();
        };
        removed.abort.abort();
        let mut acks: Vec<_> = removed.pending_acks.into_iter().collect();
        acks.sort_unstable_by_key(|(seq, _)| *seq);
        let texts = acks.into_iter().map(|(_, text)| text);
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// Returns the numbers of the subscribed conversations.
    pub(super) fn conversations(&self) -> Vec<i64> {
        self.active.keys().copied().collect()
    }

    pub(super) fn get_mut(&mut self, conversation: i64) -> Option<&mut ActiveSubscription> {
        self.active.get_mut(&conversation)
    }

    /// Waits for the next update of any subscription, for ever if there are none.
    ///
    /// # Cancel safety
    /// No update is lost.
    pub(super) async fn next(&mut self) -> SubscriptionUpdate {
        loop {
            let polled = NextUpdate(&mut self.subscriptions).await;
            let Ok(polled) = polled else { continue };
            let (conversation, generation) = polled.key;
            let active = self.active.get_mut(&conversation);
            let Some(active) = active.filter(|active| active.generation == generation) else {
                continue;
            };
            active.is_live = polled.subscription.is_live();
            active.delivered_seq = polled.subscription.delivered_seq();
            let continues = |progress: &SubscriptionProgress| {
                !matches!(
                    progress,
                    SubscriptionProgress::Event(SubscriptionEvent::Deleted)
                )
            };
            if polled.progress.as_ref().is_ok_and(continues) {
                self.poll_again(polled.subscription, (conversation, generation));
            }
            return SubscriptionUpdate {
                conversation,
                progress: polled.progress,
                _catch_up_permit: polled.catch_up_permit,
            };
        }
    }

    fn poll_again(&mut self, subscription: Subscription, key: (i64, u64)) {
        let (abort, registration) = AbortHandle::new_pair();
        if let Some(active) = self.active.get_mut(&key.0) {
            active.abort = abort;
        }
        let pending = poll_subscription(subscription, key, self.catch_up_permits.clone()).boxed();
        self.subscriptions
            .push(Abortable::new(pending, registration));
    }
}

/// Waits for the next event of a subscription; reading the log needs a permit.
async fn poll_subscription(
    mut subscription: Subscription,
    key: (i64, u64),
    permits: Arc<Semaphore>,
) -> PolledSubscription {
    let (progress, permit) = if subscription.is_live() {
        (
            subscription.next().await.map(SubscriptionProgress::Event),
            None,
        )
    } else {
        // The semaphore is never closed.
        let permit = permits.acquire_owned().await.ok();
        let progress = loop {
            match subscription.catch_up().await {
                Ok(Some(event)) => break Ok(SubscriptionProgress::Event(event)),
                Ok(None) if subscription.is_live() => break Ok(SubscriptionProgress::CaughtUp),
                Ok(None) => {}
                Err(error) => break Err(error),
            }
        };
        (progress, permit)
    };
    PolledSubscription {
        subscription,
        key,
        progress,
        catch_up_permit: permit,
    }
}

/// Next polled subscription; an empty set stays pending since subscriptions may be added.
struct NextUpdate<'a>(&'a mut FuturesUnordered<Abortable<PendingSubscription>>);

impl Future for NextUpdate<'_> {
    type Output = Result<PolledSubscription, Aborted>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut *self.0).poll_next(context) {
            Poll::Ready(Some(polled)) => Poll::Ready(polled),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}
