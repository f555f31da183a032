//! Who follows the list of its own conversations on this node, and whose list has changed.
//!
//! A growth names a conversation and not those who take part. So the growths of a workspace are gathered, and one read
//! tells which of its listeners they concern: one at a time, and none sooner than a moment after the last. Listeners
//! are told numbers only; each reads by itself what there is to tell when it has time for it.

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

/// Between two reads.
pub(super) const REST: Duration = Duration::from_millis(200);
/// After a failed one.
const LATE: Duration = Duration::from_secs(2);
/// Conversations asked about at a time.
const STRETCH: usize = 200;
/// Conversations that may wait for one listener; with more it walks through its whole list.
const WAITING: usize = 1_000;

/// The listeners of all workspaces.
#[derive(Default)]
pub(super) struct Lobbies(Mutex<HashMap<i64, Arc<Lobby>>>);

/// The listeners of one workspace.
pub(super) struct Lobby {
    workspace: WorkspaceRef,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    listeners: Vec<Arc<Listener>>,
    /// Conversations, and how far their logs are known to reach.
    grown: BTreeMap<i64, i64>,
    busy: bool,
}

/// One who follows its list.
pub(super) struct Listener {
    member: i64,
    waiting: Mutex<Waiting>,
    wake: Notify,
}

/// What waits for a listener.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// Numbers of conversations in which something changed, and how far their logs were known to reach; 0 where what
    /// changed is in no log.
    pub(super) changed: BTreeMap<i64, i64>,
    /// Numbers of conversations that were deleted, whosever they were.
    pub(super) gone: BTreeSet<i64>,
    /// There was too much of it.
    pub(super) all: bool,
}

impl Lobbies {
    pub(super) fn enter(
        &self,
        workspace: WorkspaceRef,
        member: i64,
    ) -> (Arc<Lobby>, Arc<Listener>) {
        let listener = Arc::new(Listener {
            member,
            waiting: Mutex::default(),
            wake: Notify::new(),
        });
        let mut lobbies = self.0.lock();
        let lobby = lobbies.entry(workspace.number).or_insert_with(|| {
            Arc::new(Lobby {
                workspace,
                state: Mutex::default(),
            })
        });
        lobby.state.lock().listeners.push(listener.clone());
        (lobby.clone(), listener)
    }

    pub(super) fn leave(&self, lobby: &Lobby, listener: &Arc<Listener>) {
        let mut lobbies = self.0.lock();
        let mut state = lobby.state.lock();
        state
            .listeners
            .retain(|other| !Arc::ptr_eq(other, listener));
        if state.listeners.is_empty() {
            lobbies.remove(&lobby.workspace.number);
        }
    }

    /// Whose list has changed may not have been told: each listener walks through its own.
    pub(super) fn walk_all(&self) {
        for lobby in self.0.lock().values() {
            lobby
                .state
                .lock()
                .listeners
                .iter()
                .for_each(|one| one.all());
        }
    }

    pub(super) fn of(&self, ws: i64) -> Option<Arc<Lobby>> {
        self.0.lock().get(&ws).cloned()
    }
}

impl Lobby {
    /// Notes that a conversation has changed; tells whether the caller is to find out whom that concerns.
    pub(super) fn grew(&self, conversation: i64, seq: i64) -> bool {
        let mut state = self.state.lock();
        raise(&mut state.grown, conversation, seq);
        !std::mem::replace(&mut state.busy, true)
    }

    /// A conversation was deleted. Who had it in its list knows that by itself.
    pub(super) fn end(&self, conversation: i64) {
        for listener in &self.state.lock().listeners {
            listener.gone(conversation);
        }
    }

    /// Something of a conversation changed for one member only.
    pub(super) fn changed_for(&self, member: i64, conversation: i64) {
        let state = self.state.lock();
        let own = state.listeners.iter();
        for listener in own.filter(|listener| listener.member == member) {
            listener.changed(conversation, 0);
        }
    }

    /// Finds out whom the growths concern, until there are no more. A failed read is tried again.
    pub(super) async fn pump(&self, engine: &Engine) {
        loop {
            let (grown, members) = {
                let mut state = self.state.lock();
                if state.grown.is_empty() || state.listeners.is_empty() {
                    state.grown.clear();
                    state.busy = false;
                    return;
                }
                let rest = state.grown.keys().nth(STRETCH).copied();
                let rest = rest.map(|first| state.grown.split_off(&first));
                let some = std::mem::replace(&mut state.grown, rest.unwrap_or_default());
                let members: BTreeSet<i64> = state.listeners.iter().map(|one| one.member).collect();
                (some, members)
            };
            let members = members.into_iter().collect();
            let numbers = grown.keys().copied().collect();
            let found = participant::concerned(engine, &self.ctx(), numbers, members).await;
            match found {
                Ok(pairs) => self.hand_out(pairs, &grown),
                Err(error) => {
                    tracing::warn!(?error, "it was not found out whose lists have changed");
                    self.put_back(grown);
                    tokio::time::sleep(LATE).await;
                }
            }
            tokio::time::sleep(REST).await;
        }
    }

    fn put_back(&self, grown: BTreeMap<i64, i64>) {
        let mut state = self.state.lock();
        for (conversation, seq) in grown {
            raise(&mut state.grown, conversation, seq);
        }
    }

    /// Whatever finds out whom growths concern has failed: each listener walks through its whole list.
    pub(super) fn give_up(&self) {
        let mut state = self.state.lock();
        state.busy = false;
        state.grown.clear();
        state.listeners.iter().for_each(|listener| listener.all());
    }

    /// Tells each listener what concerns its member.
    fn hand_out(&self, pairs: Vec<(i64, i64)>, grown: &BTreeMap<i64, i64>) {
        let mut of_members: HashMap<i64, Vec<i64>> = HashMap::new();
        for (conversation, member) in pairs {
            of_members.entry(member).or_default().push(conversation);
        }
        for listener in &self.state.lock().listeners {
            let changed = of_members.get(&listener.member);
            for conversation in changed.into_iter().flatten() {
                let seq = grown.get(conversation).copied();
                listener.changed(*conversation, seq.unwrap_or_default());
            }
        }
    }

    fn ctx(&self) -> Ctx {
        Ctx::unbound(self.workspace, Scopes::NONE, Uuid::nil())
    }
}

impl Waiting {
    /// The whole list is to be walked through.
    fn whole() -> Self {
        Self {
            all: true,
            ..Self::default()
        }
    }
}

impl Listener {
    fn changed(&self, conversation: i64, seq: i64) {
        self.note(|waiting| raise(&mut waiting.changed, conversation, seq));
    }

    fn gone(&self, conversation: i64) {
        self.note(|waiting| {
            waiting.gone.insert(conversation);
        });
    }

    fn all(&self) {
        self.note(|waiting| *waiting = Waiting::whole());
    }

    fn note(&self, note: impl FnOnce(&mut Waiting)) {
        {
            let mut waiting = self.waiting.lock();
            if !waiting.all {
                note(&mut waiting);
            }
            if waiting.changed.len() + waiting.gone.len() > WAITING {
                *waiting = Waiting::whole();
            }
        }
        self.wake.notify_one();
    }

    /// Waits until there is something. Nothing is lost when the wait is given up.
    pub(super) async fn wait(&self) {
        loop {
            {
                let waiting = self.waiting.lock();
                if waiting.all || !waiting.changed.is_empty() || !waiting.gone.is_empty() {
                    return;
                }
            }
            self.wake.notified().await;
        }
    }

    /// Takes what waits, and of the changed ones at most so many.
    pub(super) fn take(&self, most: usize) -> Waiting {
        let mut waiting = self.waiting.lock();
        let rest = match waiting.changed.keys().nth(most).copied() {
            Some(first) => waiting.changed.split_off(&first),
            None => BTreeMap::new(),
        };
        std::mem::replace(
            &mut *waiting,
            Waiting {
                changed: rest,
                ..Waiting::default()
            },
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.lock().changed.is_empty()
    }
}

/// Notes that a log reaches so far.
fn raise(logs: &mut BTreeMap<i64, i64>, conversation: i64, seq: i64) {
    let known = logs.entry(conversation).or_default();
    *known = seq.max(*known);
}

#[cfg(test)]
mod tests {
    use parlor_model::Id;

    use super::*;

    #[test]
    fn what_fails_leaves_nobody_waiting_and_loses_nothing() {
        let lobbies = Lobbies::default();
        let workspace = WorkspaceRef {
            number: 1,
            id: Id::new(Uuid::nil()),
            organization: Id::new(Uuid::nil()),
        };
        let (lobby, listener) = lobbies.enter(workspace, 7);
        assert!(lobby.grew(3, 10), "somebody has to find out");
        assert!(!lobby.grew(3, 11), "somebody does already");
        lobby.give_up();
        assert!(listener.take(100).all, "the whole list is read again");
        assert!(lobby.grew(3, 12), "and the next one finds out again");
    }
}
