//! Coalesces log updates per workspace into changes of members' conversation lists.
//!
//! Log updates carry a conversation, not its participants. Updates of one workspace are therefore coalesced and
//! resolved to members by one query at a time, at most every 200 ms. Subscribers get conversation numbers only and
//! read the list items themselves when they are ready.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_engine::{Engine, participant};
use parlor_model::Ctx;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::scope::Scopes;
use tokio::sync::Notify;
use uuid::Uuid;

/// Minimum time between two queries.
pub(super) const RESOLVE_INTERVAL: Duration = Duration::from_millis(200);
/// Delay after a failed query.
const RETRY_DELAY: Duration = Duration::from_secs(2);
/// Conversations per query.
const RESOLVE_BATCH_CONVERSATIONS: usize = 200;
/// Conversations pending per subscriber; beyond that it scans its whole list.
const MAX_PENDING_CONVERSATIONS: usize = 1_000;

/// List broadcasters by workspace number.
#[derive(Default)]
pub(super) struct ListBroadcasters(Mutex<HashMap<i64, Arc<ListBroadcaster>>>);

/// List subscribers of one workspace.
pub(super) struct ListBroadcaster {
    workspace: WorkspaceRef,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    subscribers: Vec<Arc<ListSubscriber>>,
    /// Changed conversations with the seq their logs are known to reach.
    changed_heads: BTreeMap<i64, i64>,
    is_resolving: bool,
}

/// Subscriber to the conversation list of one member.
pub(super) struct ListSubscriber {
    member: i64,
    pending: Mutex<PendingListChanges>,
    ready: Notify,
}

/// Changes not yet read by a subscriber.
#[derive(Debug, Default)]
pub(super) struct PendingListChanges {
    /// Changed conversations by number, with the seq their logs were known to reach; 0 for a change outside the log.
    pub(super) changed: BTreeMap<i64, i64>,
    /// Numbers of deleted conversations, of any member.
    pub(super) deleted: BTreeSet<i64>,
    /// The whole list must be scanned.
    pub(super) needs_scan: bool,
}

impl ListBroadcasters {
    pub(super) fn subscribe(
        &self,
        workspace: WorkspaceRef,
        member: i64,
    ) -> (Arc<ListBroadcaster>, Arc<ListSubscriber>) {
        let subscriber = Arc::new(ListSubscriber {
            member,
            pending: Mutex::default(),
            ready: Notify::new(),
        });
        let mut broadcasters = self.0.lock();
        let broadcaster = broadcasters.entry(workspace.number).or_insert_with(|| {
            Arc::new(ListBroadcaster {
                workspace,
                state: Mutex::default(),
            })
        });
        broadcaster
            .state
            .lock()
            .subscribers
            .push(subscriber.clone());
        (broadcaster.clone(), subscriber)
    }

    pub(super) fn unsubscribe(
        &self,
        broadcaster: &ListBroadcaster,
        subscriber: &Arc<ListSubscriber>,
    ) {
        let mut broadcasters = self.0.lock();
        let mut state = broadcaster.state.lock();
        state
            .subscribers
            .retain(|other| !Arc::ptr_eq(other, subscriber));
        if state.subscribers.is_empty() {
            broadcasters.remove(&broadcaster.workspace.number);
        }
    }

    /// Makes every subscriber scan its list, since updates may have been lost.
    pub(super) fn scan_all(&self) {
        for broadcaster in self.0.lock().values() {
            broadcaster
                .state
                .lock()
                .subscribers
                .iter()
                .for_each(|subscriber| subscriber.request_scan());
        }
    }

    pub(super) fn find(&self, ws: i64) -> Option<Arc<ListBroadcaster>> {
        self.0.lock().get(&ws).cloned()
    }
}

impl ListBroadcaster {
    /// Records a changed conversation. Returns whether the caller must run [`Self::resolve_and_notify`].
    pub(super) fn mark_changed(&self, conversation: i64, seq: i64) -> bool {
        let mut state = self.state.lock();
        raise_head(&mut state.changed_heads, conversation, seq);
        !std::mem::replace(&mut state.is_resolving, true)
    }

    /// Forwards a deletion to all subscribers; each knows whether the conversation was in its list.
    pub(super) fn mark_deleted(&self, conversation: i64) {
        for subscriber in &self.state.lock().subscribers {
            subscriber.add_deleted(conversation);
        }
    }

    /// Records a change of a conversation for one member only.
    pub(super) fn mark_changed_for(&self, member: i64, conversation: i64) {
        let state = self.state.lock();
        let subscribers = state.subscribers.iter();
        for subscriber in subscribers.filter(|subscriber| subscriber.member == member) {
            subscriber.add_changed(conversation, 0);
        }
    }

    /// Resolves changed conversations to members until none are left. A failed query is retried.
    pub(super) async fn resolve_and_notify(&self, engine: &Engine) {
        loop {
            let (changed, members) = {
                let mut state = self.state.lock();
                if state.changed_heads.is_empty() || state.subscribers.is_empty() {
                    state.changed_heads.clear();
                    state.is_resolving = false;
                    return;
                }
                let rest = state
                    .changed_heads
                    .keys()
                    .nth(RESOLVE_BATCH_CONVERSATIONS)
                    .copied();
                let rest = rest.map(|first| state.changed_heads.split_off(&first));
                let batch = std::mem::replace(&mut state.changed_heads, rest.unwrap_or_default());
                let members: BTreeSet<i64> = state
                    .subscribers
                    .iter()
                    .map(|subscriber| subscriber.member)
                    .collect();
                (batch, members)
            };
            let members = members.into_iter().collect();
            let numbers = changed.keys().copied().collect();
            let affected =
                participant::affected_members(engine, &self.ctx(), numbers, members).await;
            match affected {
                Ok(pairs) => self.notify_members(pairs, &changed),
                Err(error) => {
                    tracing::warn!(?error, "it was not found out whose lists have changed");
                    self.requeue(changed);
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
            tokio::time::sleep(RESOLVE_INTERVAL).await;
        }
    }

    fn requeue(&self, changed: BTreeMap<i64, i64>) {
        let mut state = self.state.lock();
        for (conversation, seq) in changed {
            raise_head(&mut state.changed_heads, conversation, seq);
        }
    }

    /// Makes all subscribers scan their lists, after the resolving task has panicked.
    pub(super) fn scan_subscribers(&self) {
        let mut state = self.state.lock();
        state.is_resolving = false;
        state.changed_heads.clear();
        state
            .subscribers
            .iter()
            .for_each(|subscriber| subscriber.request_scan());
    }

    /// Forwards each change to the subscribers of the affected members.
    fn notify_members(&self, pairs: Vec<(i64, i64)>, changed: &BTreeMap<i64, i64>) {
        let mut by_member: HashMap<i64, Vec<i64>> = HashMap::new();
        for (conversation, member) in pairs {
            by_member.entry(member).or_default().push(conversation);
        }
        for subscriber in &self.state.lock().subscribers {
            let conversations = by_member.get(&subscriber.member);
            for conversation in conversations.into_iter().flatten() {
                let seq = changed.get(conversation).copied();
                subscriber.add_changed(*conversation, seq.unwrap_or_default());
            }
        }
    }

    fn ctx(&self) -> Ctx {
        Ctx::unbound(self.workspace, Scopes::NONE, Uuid::nil())
    }
}

impl PendingListChanges {
    /// Requests a scan of the whole list.
    fn full_scan() -> Self {
        Self {
            needs_scan: true,
            ..Self::default()
        }
    }
}

impl ListSubscriber {
    fn add_changed(&self, conversation: i64, seq: i64) {
        self.update_pending(|pending| raise_head(&mut pending.changed, conversation, seq));
    }

    fn add_deleted(&self, conversation: i64) {
        self.update_pending(|pending| {
            pending.deleted.insert(conversation);
        });
    }

    fn request_scan(&self) {
        self.update_pending(|pending| *pending = PendingListChanges::full_scan());
    }

    fn update_pending(&self, update: impl FnOnce(&mut PendingListChanges)) {
        {
            let mut pending = self.pending.lock();
            if !pending.needs_scan {
                update(&mut pending);
            }
            if pending.changed.len() + pending.deleted.len() > MAX_PENDING_CONVERSATIONS {
                *pending = PendingListChanges::full_scan();
            }
        }
        self.ready.notify_one();
    }

    /// Waits for pending changes.
    ///
    /// # Cancel safety
    /// No change is lost.
    pub(super) async fn wait(&self) {
        loop {
            {
                let pending = self.pending.lock();
                if pending.needs_scan || !pending.changed.is_empty() || !pending.deleted.is_empty()
                {
                    return;
                }
            }
            self.ready.notified().await;
        }
    }

    /// Takes the pending changes, at most `limit` of the changed conversations.
    pub(super) fn take_pending(&self, limit: usize) -> PendingListChanges {
        let mut pending = self.pending.lock();
        let rest = match pending.changed.keys().nth(limit).copied() {
            Some(first) => pending.changed.split_off(&first),
            None => BTreeMap::new(),
        };
        std::mem::replace(
            &mut *pending,
            PendingListChanges {
                changed: rest,
                ..PendingListChanges::default()
            },
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pending.lock().changed.is_empty()
    }
}

/// Raises the known log head of a conversation to `seq`.
fn raise_head(heads: &mut BTreeMap<i64, i64>, conversation: i64, seq: i64) {
    let head = heads.entry(conversation).or_default();
    *head = seq.max(*head);
}

#[cfg(test)]
mod tests {
    use parlor_model::Id;

    use super::*;

    #[test]
    fn failed_resolve_schedules_full_scan() {
        let broadcasters = ListBroadcasters::default();
        let workspace = WorkspaceRef {
            number: 1,
            id: Id::new(Uuid::nil()),
            organization: Id::new(Uuid::nil()),
        };
        let (broadcaster, subscriber) = broadcasters.subscribe(workspace, 7);
        assert!(broadcaster.mark_changed(3, 10), "somebody has to find out");
        assert!(!broadcaster.mark_changed(3, 11), "somebody does already");
        broadcaster.scan_subscribers();
        assert!(
            subscriber.take_pending(100).needs_scan,
            "the whole list is read again"
        );
        assert!(
            broadcaster.mark_changed(3, 12),
            "and the next one finds out again"
        );
    }
}
