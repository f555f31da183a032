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

use super::desk::Following;
use crate::hub::{Allowance, Feed, Heard, Hub};

/// Conversations whose logs are read at a time, so that little is held for who does not take it.
const AT_A_TIME: usize = 2;

/// Everything a socket follows.
pub(super) struct Follows {
    feeds: FuturesUnordered<Abortable<Pending>>,
    open: HashMap<i64, Subscription>,
    allowance: Arc<Allowance>,
    turns: Arc<Semaphore>,
    /// Tells one subscription of a conversation from an earlier one.
    count: u64,
}

/// One of them.
pub(super) struct Subscription {
    which: u64,
    abort: AbortHandle,
    /// What is said in place of entries whose turn has not come.
    pub(super) confirm: HashMap<i64, Utf8Bytes>,
    /// The last position that was given out.
    pub(super) has: i64,
    /// It follows what happens, rather than reading what happened.
    pub(super) is_live: bool,
}

type Pending = Pin<Box<dyn Future<Output = Waited> + Send>>;

struct Waited {
    feed: Feed,
    place: (i64, u64),
    step: Result<What>,
    /// Given back once what was read has been sent.
    turn: Option<OwnedSemaphorePermit>,
}

/// What came of waiting.
pub(super) enum What {
    Heard(Heard),
    /// There is no more to read: it follows what happens from now on.
    Live,
}

/// What is new of a conversation. What stands behind it in the log is read once this is dropped.
pub(super) struct News {
    pub(super) conversation: i64,
    pub(super) heard: Result<What>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Default for Follows {
    fn default() -> Self {
        Self {
            feeds: FuturesUnordered::new(),
            open: HashMap::new(),
            allowance: Arc::default(),
            turns: Arc::new(Semaphore::new(AT_A_TIME)),
            count: 0,
        }
    }
}

impl Follows {
    pub(super) fn follow(&mut self, hub: &Arc<Hub>, following: Following) {
        let Following {
            conversation,
            ctx,
            codec,
            after,
        } = following;
        let feed = hub.feed_within(&ctx, conversation, codec, after, self.allowance.clone());
        self.count += 1;
        let place = (conversation, self.count);
        let (abort, registration) = AbortHandle::new_pair();
        let pending = wait(feed, place, self.turns.clone()).boxed();
        self.feeds.push(Abortable::new(pending, registration));
        let subscription = Subscription {
            which: self.count,
            abort,
            confirm: HashMap::new(),
            has: after,
            is_live: false,
        };
        if let Some(old) = self.open.insert(conversation, subscription) {
            old.abort.abort();
        }
    }

    /// Gives what was still to be said.
    pub(super) fn leave(&mut self, conversation: i64) -> Vec<Utf8Bytes> {
        let Some(left) = self.open.remove(&conversation) else {
            return Vec::new();
        };
        left.abort.abort();
        let mut confirm: Vec<_> = left.confirm.into_iter().collect();
        confirm.sort_unstable_by_key(|(seq, _)| *seq);
        let words = confirm.into_iter().map(|(_, words)| words);
        words.filter(|words| !words.is_empty()).collect()
    }

    /// Which are followed, by number.
    pub(super) fn conversations(&self) -> Vec<i64> {
        self.open.keys().copied().collect()
    }

    pub(super) fn get(&mut self, conversation: i64) -> Option<&mut Subscription> {
        self.open.get_mut(&conversation)
    }

    /// Waits for what comes next in any of them, for ever where there are none. Nothing is lost when the wait is given
    /// up.
    pub(super) async fn next(&mut self) -> News {
        loop {
            let waited = Waiting(&mut self.feeds).await;
            let Ok(waited) = waited else { continue };
            let (conversation, which) = waited.place;
            let open = self.open.get_mut(&conversation);
            let Some(open) = open.filter(|open| open.which == which) else {
                continue;
            };
            open.is_live = waited.feed.is_live();
            open.has = waited.feed.has();
            let goes_on = |what: &What| !matches!(what, What::Heard(Heard::Gone));
            if waited.step.as_ref().is_ok_and(goes_on) {
                self.wait_on(waited.feed, (conversation, which));
            }
            return News {
                conversation,
                heard: waited.step,
                _turn: waited.turn,
            };
        }
    }

    fn wait_on(&mut self, feed: Feed, place: (i64, u64)) {
        let (abort, registration) = AbortHandle::new_pair();
        if let Some(open) = self.open.get_mut(&place.0) {
            open.abort = abort;
        }
        let pending = wait(feed, place, self.turns.clone()).boxed();
        self.feeds.push(Abortable::new(pending, registration));
    }
}

/// Waits for one of them, in its turn where its log is to be read.
async fn wait(mut feed: Feed, place: (i64, u64), turns: Arc<Semaphore>) -> Waited {
    let (step, turn) = if feed.is_live() {
        (feed.next().await.map(What::Heard), None)
    } else {
        // Nobody closes it: a turn always comes.
        let turn = turns.acquire_owned().await.ok();
        let step = loop {
            match feed.catch_up().await {
                Ok(Some(heard)) => break Ok(What::Heard(heard)),
                Ok(None) if feed.is_live() => break Ok(What::Live),
                Ok(None) => {}
                Err(error) => break Err(error),
            }
        };
        (step, turn)
    };
    Waited {
        feed,
        place,
        step,
        turn,
    }
}

/// The next of them; none is no end, since more may come.
struct Waiting<'a>(&'a mut FuturesUnordered<Abortable<Pending>>);

impl Future for Waiting<'_> {
    type Output = Result<Waited, Aborted>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut *self.0).poll_next(context) {
            Poll::Ready(Some(waited)) => Poll::Ready(waited),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}
