//! Who has which conversation on screen, on all nodes. Kept in memory alone: nodes tell each other, again and again, and
//! what is not told again is over, so that a node that ends without a word leaves nobody behind.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use parlor_model::member::MemberRef;
use parlor_model::realtime::{PresenceAnnouncement, PresenceState};
use tokio::time::Instant;
use uuid::Uuid;

/// Between two times that a node tells of the same member.
pub(super) const ANNOUNCE_INTERVAL: Duration = Duration::from_secs(20);
/// What was not told again for so long is over.
const ENTRY_TTL: Duration = Duration::from_secs(50);

/// A conversation, by workspace and number.
type Topic = (i64, i64);

/// Everybody this node knows of.
pub(super) struct PresenceTracker {
    node: Uuid,
    conversations: HashMap<Topic, ConversationPresence>,
    /// Where something changed that listeners have not been told.
    changed: BTreeSet<Topic>,
}

/// Those at one conversation.
#[derive(Default)]
struct ConversationPresence {
    /// Connections of this node that look, those of members among them. Without any the hall is closed.
    local_connections: usize,
    members: BTreeMap<i64, MemberPresence>,
    /// What listeners were told.
    announced: BTreeMap<i64, MemberRef>,
}

struct MemberPresence {
    member: MemberRef,
    /// Connections of this node.
    local_connections: usize,
    /// Until when other nodes have said so.
    remote_expiries: HashMap<Uuid, Instant>,
}

/// What changed at a conversation since listeners were last told.
#[derive(Debug, Clone, Default)]
pub struct PresenceChange {
    /// Those who came.
    pub joined: Vec<MemberRef>,
    /// Those who went.
    pub left: Vec<MemberRef>,
    /// How many there are now.
    pub count: usize,
}

impl PresenceTracker {
    pub(super) fn new(node: Uuid) -> Self {
        Self {
            node,
            conversations: HashMap::new(),
            changed: BTreeSet::new(),
        }
    }

    /// A connection of this node begins to look; gives what the other nodes are told.
    pub(super) fn join(
        &mut self,
        place: Topic,
        who: Option<&MemberRef>,
    ) -> Vec<PresenceAnnouncement> {
        let mut notes = Vec::new();
        if !self.conversations.contains_key(&place) {
            notes.push(self.announcement(place, PresenceState::Query));
        }
        let hall = self.conversations.entry(place).or_default();
        hall.local_connections += 1;
        let Some(who) = who else { return notes };
        if hall.local_connections == 1 {
            // There is nobody else here who could be told.
            hall.announced.insert(who.number, who.clone());
        }
        let seen = hall.entry(who);
        seen.local_connections += 1;
        if seen.local_connections == 1 {
            self.changed.insert(place);
            notes.push(self.announcement(place, PresenceState::Online(who.clone())));
        }
        notes
    }

    /// A connection of this node looks no more.
    pub(super) fn leave(
        &mut self,
        place: Topic,
        who: Option<&MemberRef>,
    ) -> Vec<PresenceAnnouncement> {
        let mut notes = Vec::new();
        let Some(hall) = self.conversations.get_mut(&place) else {
            return notes;
        };
        hall.local_connections = hall.local_connections.saturating_sub(1);
        let is_empty = hall.local_connections == 0;
        if let Some(who) = who
            && let Some(seen) = hall.members.get_mut(&who.number)
        {
            seen.local_connections = seen.local_connections.saturating_sub(1);
            if seen.local_connections == 0 {
                hall.prune(who.number);
                self.changed.insert(place);
                notes.push(self.announcement(place, PresenceState::Offline(who.number)));
            }
        }
        if is_empty {
            self.conversations.remove(&place);
            self.changed.remove(&place);
        }
        notes
    }

    /// Another node tells; gives what it is answered.
    pub(super) fn receive(
        &mut self,
        presence: &PresenceAnnouncement,
        now: Instant,
    ) -> Vec<PresenceAnnouncement> {
        let place = (presence.ws, presence.conversation);
        if presence.node == self.node {
            return Vec::new();
        }
        let Some(hall) = self.conversations.get_mut(&place) else {
            return Vec::new();
        };
        match &presence.state {
            PresenceState::Online(who) => {
                let seen = hall.entry(who);
                seen.remote_expiries.insert(presence.node, now + ENTRY_TTL);
                self.changed.insert(place);
                Vec::new()
            }
            PresenceState::Offline(member) => {
                if let Some(seen) = hall.members.get_mut(member) {
                    seen.remote_expiries.remove(&presence.node);
                    hall.prune(*member);
                    self.changed.insert(place);
                }
                Vec::new()
            }
            PresenceState::Query => self.own_announcements(place),
        }
    }

    /// What this node tells from time to time; forgets what others have not told again.
    pub(super) fn heartbeat(&mut self, now: Instant) -> Vec<PresenceAnnouncement> {
        for (place, hall) in &mut self.conversations {
            let before = hall.members.len();
            hall.members.retain(|_, seen| {
                seen.remote_expiries.retain(|_, until| *until > now);
                seen.local_connections > 0 || !seen.remote_expiries.is_empty()
            });
            if hall.members.len() != before {
                self.changed.insert(*place);
            }
        }
        let places: Vec<Topic> = self.conversations.keys().copied().collect();
        let own = places
            .into_iter()
            .flat_map(|place| self.own_announcements(place));
        own.collect()
    }

    /// What listeners are to be told, where anything has changed in the end.
    pub(super) fn take_changes(&mut self) -> Vec<(Topic, PresenceChange)> {
        let mut changes = Vec::new();
        for place in std::mem::take(&mut self.changed) {
            let Some(hall) = self.conversations.get_mut(&place) else {
                continue;
            };
            let change = hall.take_change();
            if !change.joined.is_empty() || !change.left.is_empty() {
                changes.push((place, change));
            }
        }
        changes
    }

    /// Some of those who are there now, and how many there are.
    pub(super) fn present_members(&self, place: Topic, most: usize) -> (Vec<MemberRef>, usize) {
        let Some(hall) = self.conversations.get(&place) else {
            return (Vec::new(), 0);
        };
        let some = hall.members.values().take(most);
        (
            some.map(|seen| seen.member.clone()).collect(),
            hall.members.len(),
        )
    }

    fn own_announcements(&self, place: Topic) -> Vec<PresenceAnnouncement> {
        let here = self.conversations.get(&place).into_iter();
        let own = here.flat_map(|hall| {
            hall.members
                .values()
                .filter(|seen| seen.local_connections > 0)
        });
        own.map(|seen| self.announcement(place, PresenceState::Online(seen.member.clone())))
            .collect()
    }

    fn announcement(&self, (ws, conversation): Topic, here: PresenceState) -> PresenceAnnouncement {
        PresenceAnnouncement {
            ws,
            conversation,
            node: self.node,
            state: here,
        }
    }
}

impl ConversationPresence {
    fn entry(&mut self, who: &MemberRef) -> &mut MemberPresence {
        self.members
            .entry(who.number)
            .or_insert_with(|| MemberPresence {
                member: who.clone(),
                local_connections: 0,
                remote_expiries: HashMap::new(),
            })
    }

    fn prune(&mut self, member: i64) {
        let is_gone =
            |seen: &MemberPresence| seen.local_connections == 0 && seen.remote_expiries.is_empty();
        if self.members.get(&member).is_some_and(is_gone) {
            self.members.remove(&member);
        }
    }

    fn take_change(&mut self) -> PresenceChange {
        let now: BTreeMap<i64, MemberRef> = self
            .members
            .iter()
            .map(|(number, seen)| (*number, seen.member.clone()))
            .collect();
        let before = std::mem::replace(&mut self.announced, now);
        let came = self.announced.iter();
        let came = came.filter(|(number, _)| !before.contains_key(number));
        let went = before.iter();
        let went = went.filter(|(number, _)| !self.announced.contains_key(number));
        PresenceChange {
            joined: came.map(|(_, who)| who.clone()).collect(),
            left: went.map(|(_, who)| who.clone()).collect(),
            count: self.announced.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use parlor_model::Id;
    use parlor_model::member::MemberKind;

    use super::*;

    const TOPIC: Topic = (1, 7);

    fn member(number: i64) -> MemberRef {
        MemberRef {
            number,
            id: Id::new(Uuid::from_u128(number.unsigned_abs().into())),
            kind: MemberKind::Person,
            handle: number.to_string(),
            external_id: None,
            name: None,
        }
    }

    /// Lets two nodes talk until both are silent.
    fn exchange_until_quiet(
        a: &mut PresenceTracker,
        b: &mut PresenceTracker,
        mut notes: Vec<PresenceAnnouncement>,
        now: Instant,
    ) {
        while let Some(note) = notes.pop() {
            notes.extend(a.receive(&note, now));
            notes.extend(b.receive(&note, now));
        }
    }

    fn member_numbers(who: &[MemberRef]) -> Vec<i64> {
        who.iter().map(|who| who.number).collect()
    }

    fn at(screens: &PresenceTracker) -> Vec<i64> {
        member_numbers(&screens.present_members(TOPIC, 10).0)
    }

    #[test]
    fn nodes_exchange_members_in_either_join_order() {
        let now = Instant::now();
        let (mut a, mut b) = (
            PresenceTracker::new(Uuid::from_u128(1)),
            PresenceTracker::new(Uuid::from_u128(2)),
        );
        let notes = a.join(TOPIC, Some(&member(10)));
        exchange_until_quiet(&mut a, &mut b, notes, now);
        assert!(at(&b).is_empty(), "nobody looks there");
        let notes = b.join(TOPIC, Some(&member(20)));
        exchange_until_quiet(&mut a, &mut b, notes, now);
        assert_eq!((at(&a), at(&b)), (vec![10, 20], vec![10, 20]));
        // A second connection of the same member changes nothing, nor does its end.
        assert_eq!(b.join(TOPIC, Some(&member(20))).len(), 0);
        assert_eq!(b.leave(TOPIC, Some(&member(20))).len(), 0);
        let notes = b.leave(TOPIC, Some(&member(20)));
        exchange_until_quiet(&mut a, &mut b, notes, now);
        assert_eq!(at(&a), vec![10]);
        assert!(
            b.conversations.is_empty(),
            "nothing is kept where nobody looks"
        );
    }

    #[test]
    fn vanished_node_entries_expire() {
        let now = Instant::now();
        let (mut a, mut b) = (
            PresenceTracker::new(Uuid::from_u128(1)),
            PresenceTracker::new(Uuid::from_u128(2)),
        );
        let notes = a.join(TOPIC, Some(&member(10)));
        exchange_until_quiet(&mut a, &mut b, notes, now);
        let notes = b.join(TOPIC, Some(&member(20)));
        exchange_until_quiet(&mut a, &mut b, notes, now);
        a.take_changes();
        // It tells again in time.
        let notes = b.heartbeat(now + ANNOUNCE_INTERVAL);
        exchange_until_quiet(&mut a, &mut b, notes, now + ANNOUNCE_INTERVAL);
        a.heartbeat(now + ENTRY_TTL);
        assert_eq!(at(&a), vec![10, 20]);
        // And then no more.
        a.heartbeat(now + ANNOUNCE_INTERVAL + ENTRY_TTL);
        assert_eq!(at(&a), vec![10]);
        let changes = a.take_changes();
        assert_eq!(member_numbers(&changes[0].1.left), [20]);
        assert_eq!(changes[0].1.count, 1);
    }

    #[test]
    fn quick_rejoin_announces_no_change() {
        let mut a = PresenceTracker::new(Uuid::from_u128(1));
        a.join(TOPIC, None);
        a.join(TOPIC, Some(&member(10)));
        assert_eq!(member_numbers(&a.take_changes()[0].1.joined), [10]);
        a.leave(TOPIC, Some(&member(10)));
        a.join(TOPIC, Some(&member(10)));
        assert!(a.take_changes().is_empty());
    }
}
