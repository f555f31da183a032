//! The conversations a socket follows.

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

/// Conversations whose logs are read at a time, so that little is held for who does not take it.
const MAX_CONCURRENT_CATCH_UPS: usize = 2;

/// Everything a socket follows.
pub(super) struct SubscriptionSet {
    subscriptions: FuturesUnordered<Abortable<PendingSubscription>>,
    active: HashMap<i64, ActiveSubscription>,
    budget: Arc<QueueBudget>,
    catch_up_permits: Arc<Semaphore>,
    /// Tells one subscription of a conversation from an earlier one.
    last_generation: u64,
}

/// One of them.
pub(super) struct ActiveSubscription {
    generation: u64,
    abort: AbortHandle,
    /// What is said in place of entries whose turn has not come.
    pub(super) pending_acks: HashMap<i64, Utf8Bytes>,
    /// The last position that was given out.
    pub(super) delivered_seq: i64,
    /// It follows what happens, rather than reading what happened.
    pub(super) is_live: bool,
}

type PendingSubscription = Pin<Box<dyn Future<Output = PolledSubscription> + Send>>;

struct PolledSubscription {
    subscription: Subscription,
    key: (i64, u64),
    progress: Result<SubscriptionProgress>,
    /// Given back once what was read has been sent.
    catch_up_permit: Option<OwnedSemaphorePermit>,
}

/// What came of waiting.
pub(super) enum SubscriptionProgress {
    Event(SubscriptionEvent),
    /// There is no more to read: it follows what happens from now on.
    CaughtUp,
}

/// What is new of a conversation. What stands behind it in the log is read once this is dropped.
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

    /// Gives what was still to be said.
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

    /// Which are followed, by number.
    pub(super) fn conversations(&self) -> Vec<i64> {
        self.active.keys().copied().collect()
    }

    pub(super) fn get_mut(&mut self, conversation: i64) -> Option<&mut ActiveSubscription> {
        self.active.get_mut(&conversation)
    }

    /// Waits for what comes next in any of them, for ever where there are none. Nothing is lost when the wait is given
    /// up.
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

/// Waits for one of them, in its turn where its log is to be read.
async fn poll_subscription(
    mut feed: Subscription,
    place: (i64, u64),
    turns: Arc<Semaphore>,
) -> PolledSubscription {
    let (step, turn) = if feed.is_live() {
        (feed.next().await.map(SubscriptionProgress::Event), None)
    } else {
        // Nobody closes it: a turn always comes.
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

/// The next of them; none is no end, since more may come.
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
