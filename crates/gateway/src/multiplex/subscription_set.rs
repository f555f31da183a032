//! Subscriptions of one multiplexed socket.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::socket::Utf8Bytes;
use futures_util::future::{AbortHandle, Abortable, Aborted};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, Stream};
use parlor_model::Result;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
    pub(super) fn subscribe(&mut self, hub: &Arc<Hub>, following: SubscribeOptions) {
        let SubscribeOptions {
            conversation,
            ctx,
            encoder: codec,
            after_seq: after,
        } = following;
        let feed = hub.subscribe_with_budget(&ctx, conversation, codec, after, self.budget.clone());
        self.last_generation += 1;
        let place = (conversation, self.last_generation);
        let (abort, registration) = AbortHandle::new_pair();
        let pending = poll_subscription(feed, place, self.catch_up_permits.clone()).boxed();
        self.subscriptions
            .push(Abortable::new(pending, registration));
        let subscription = ActiveSubscription {
            generation: self.last_generation,
            abort,
            pending_acks: HashMap::new(),
            delivered_seq: after,
            is_live: false,
        };
        if let Some(old) = self.active.insert(conversation, subscription) {
            old.abort.abort();
        }
    }

    /// Ends a subscription; returns the acknowledgements not yet sent.
    pub(super) fn unsubscribe(&mut self, conversation: i64) -> Vec<Utf8Bytes> {
        let Some(left) = self.active.remove(&conversation) else {
            return Vec::new();
        };
        left.abort.abort();
        let mut confirm: Vec<_> = left.pending_acks.into_iter().collect();
        confirm.sort_unstable_by_key(|(seq, _)| *seq);
        let words = confirm.into_iter().map(|(_, words)| words);
        words.filter(|words| !words.is_empty()).collect()
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
            let waited = NextUpdate(&mut self.subscriptions).await;
            let Ok(waited) = waited else { continue };
            let (conversation, which) = waited.key;
            let open = self.active.get_mut(&conversation);
            let Some(open) = open.filter(|open| open.generation == which) else {
                continue;
            };
            open.is_live = waited.subscription.is_live();
            open.delivered_seq = waited.subscription.delivered_seq();
            let goes_on = |what: &SubscriptionProgress| {
                !matches!(
                    what,
                    SubscriptionProgress::Event(SubscriptionEvent::Deleted)
                )
            };
            if waited.progress.as_ref().is_ok_and(goes_on) {
                self.poll_again(waited.subscription, (conversation, which));
            }
            return SubscriptionUpdate {
                conversation,
                progress: waited.progress,
                _catch_up_permit: waited.catch_up_permit,
            };
        }
    }

    fn poll_again(&mut self, feed: Subscription, place: (i64, u64)) {
        let (abort, registration) = AbortHandle::new_pair();
        if let Some(open) = self.active.get_mut(&place.0) {
            open.abort = abort;
        }
        let pending = poll_subscription(feed, place, self.catch_up_permits.clone()).boxed();
        self.subscriptions
            .push(Abortable::new(pending, registration));
    }
}

/// Waits for the next event of a subscription; reading the log needs a permit.
async fn poll_subscription(
    mut feed: Subscription,
    place: (i64, u64),
    turns: Arc<Semaphore>,
) -> PolledSubscription {
    let (step, turn) = if feed.is_live() {
        (feed.next().await.map(SubscriptionProgress::Event), None)
    } else {
        // The semaphore is never closed.
        let turn = turns.acquire_owned().await.ok();
        let step = loop {
            match feed.catch_up().await {
                Ok(Some(heard)) => break Ok(SubscriptionProgress::Event(heard)),
                Ok(None) if feed.is_live() => break Ok(SubscriptionProgress::CaughtUp),
                Ok(None) => {}
                Err(error) => break Err(error),
            }
        };
        (step, turn)
    };
    PolledSubscription {
        subscription: feed,
        key: place,
        progress: step,
        catch_up_permit: turn,
    }
}

/// Next polled subscription; an empty set stays pending since subscriptions may be added.
struct NextUpdate<'a>(&'a mut FuturesUnordered<Abortable<PendingSubscription>>);

impl Future for NextUpdate<'_> {
    type Output = Result<PolledSubscription, Aborted>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut *self.0).poll_next(context) {
            Poll::Ready(Some(waited)) => Poll::Ready(waited),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}
