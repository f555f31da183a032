//! In-memory presence of members in conversations on all nodes.
//!
//! Nodes announce their members to each other at intervals. Entries that are not renewed expire, so a crashed node
//! leaves none behind.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use parlor_model::member::MemberRef;
use parlor_model::realtime::{PresenceAnnouncement, PresenceState};
use tokio::time::Instant;
use uuid::Uuid;

use super::conversation::{ConversationPresence, PresenceChange};

/// Time between two announcements of the same member.
pub(super) const ANNOUNCE_INTERVAL: Duration = Duration::from_secs(20);
/// Time after which an entry of another node expires.
const ENTRY_TTL: Duration = Duration::from_secs(50);

/// Conversation, by workspace and number.
type Topic = (i64, i64);

/// Known presence on all nodes, for conversations with a local connection.
pub(in crate::hub) struct PresenceTracker {
    node: Uuid,
    conversations: HashMap<Topic, ConversationPresence>,
    /// Conversations with changes that subscribers were not notified of.
    changed: BTreeSet<Topic>,
}

impl PresenceTracker {
    pub(in crate::hub) fn new(node: Uuid) -> Self {
        Self {
            node,
            conversations: HashMap::new(),
            changed: BTreeSet::new(),
        }
    }

    /// Adds a local connection. Returns the announcements to publish.
    pub(super) fn join(
        &mut self,
        topic: Topic,
        member: Option<&MemberRef>,
    ) -> Vec<PresenceAnnouncement> {
        let mut announcements = Vec::new();
        if !self.conversations.contains_key(&topic) {
            announcements.push(self.announcement(topic, PresenceState::Query));
        }
        let conversation = self.conversations.entry(topic).or_default();
        conversation.local_connections += 1;
        let Some(member) = member else {
            return announcements;
        };
        if conversation.local_connections == 1 {
            // The conversation has no other local subscriber to notify.
            conversation.announced.insert(member.number, member.clone());
        }
        let entry = conversation.entry(member);
        entry.local_connections += 1;
        if entry.local_connections == 1 {
            self.changed.insert(topic);
            announcements.push(self.announcement(topic, PresenceState::Online(member.clone())));
        }
        announcements
    }

    /// Removes a local connection. Returns the announcements to publish.
    pub(super) fn leave(
        &mut self,
        topic: Topic,
        member: Option<&MemberRef>,
    ) -> Vec<PresenceAnnouncement> {
        let mut announcements = Vec::new();
        let Some(conversation) = self.conversations.get_mut(&topic) else {
            return announcements;
        };
        conversation.local_connections = conversation.local_connections.saturating_sub(1);
        let is_empty = conversation.local_connections == 0;
        if let Some(member) = member
            && let Some(entry) = conversation.members.get_mut(&member.number)
        {
            entry.local_connections = entry.local_connections.saturating_sub(1);
            if entry.local_connections == 0 {
                conversation.prune(member.number);
                self.changed.insert(topic);
                announcements.push(self.announcement(topic, PresenceState::Offline(member.number)));
            }
        }
        if is_empty {
            self.conversations.remove(&topic);
            self.changed.remove(&topic);
        }
        announcements
    }

    /// Applies an announcement of another node. Returns the announcements to publish in reply.
    pub(super) fn receive(
        &mut self,
        presence: &PresenceAnnouncement,
        now: Instant,
    ) -> Vec<PresenceAnnouncement> {
        let topic = (presence.ws, presence.conversation);
        if presence.node == self.node {
            return Vec::new();
        }
        let Some(conversation) = self.conversations.get_mut(&topic) else {
            return Vec::new();
        };
        match &presence.state {
            PresenceState::Online(member) => {
                let entry = conversation.entry(member);
                entry.remote_expiries.insert(presence.node, now + ENTRY_TTL);
                self.changed.insert(topic);
                Vec::new()
            }
            PresenceState::Offline(member) => {
                if let Some(entry) = conversation.members.get_mut(member) {
                    entry.remote_expiries.remove(&presence.node);
                    conversation.prune(*member);
                    self.changed.insert(topic);
                }
                Vec::new()
            }
            PresenceState::Query => self.own_announcements(topic),
        }
    }

    /// Expires entries of other nodes. Returns the periodic announcements of this node.
    pub(super) fn heartbeat(&mut self, now: Instant) -> Vec<PresenceAnnouncement> {
        for (topic, conversation) in &mut self.conversations {
            let before = conversation.members.len();
            conversation.members.retain(|_, entry| {
                entry.remote_expiries.retain(|_, until| *until > now);
                entry.local_connections > 0 || !entry.remote_expiries.is_empty()
            });
            if conversation.members.len() != before {
                self.changed.insert(*topic);
            }
        }
        let topics: Vec<Topic> = self.conversations.keys().copied().collect();
        let own = topics
            .into_iter()
            .flat_map(|topic| self.own_announcements(topic));
        own.collect()
    }

    /// Takes the changes to report; members that left and rejoined meanwhile are not reported.
    pub(super) fn take_changes(&mut self) -> Vec<(Topic, PresenceChange)> {
        let mut changes = Vec::new();
        for topic in std::mem::take(&mut self.changed) {
            let Some(conversation) = self.conversations.get_mut(&topic) else {
                continue;
            };
            let change = conversation.take_change();
            if !change.joined.is_empty() || !change.left.is_empty() {
                changes.push((topic, change));
            }
        }
        changes
    }

    /// Returns up to `limit` present members, and their total number.
    pub(super) fn present_members(&self, topic: Topic, limit: usize) -> (Vec<MemberRef>, usize) {
        let Some(conversation) = self.conversations.get(&topic) else {
            return (Vec::new(), 0);
        };
        let members = conversation.members.values().take(limit);
        (
            members.map(|entry| entry.member.clone()).collect(),
            conversation.members.len(),
        )
    }

    fn own_announcements(&self, topic: Topic) -> Vec<PresenceAnnouncement> {
        let presence = self.conversations.get(&topic).into_iter();
        let own = presence.flat_map(|conversation| {
            conversation
                .members
                .values()
                .filter(|entry| entry.local_connections > 0)
        });
        own.map(|entry| self.announcement(topic, PresenceState::Online(entry.member.clone())))
            .collect()
    }

    fn announcement(
        &self,
        (ws, conversation): Topic,
        state: PresenceState,
    ) -> PresenceAnnouncement {
        PresenceAnnouncement {
            ws,
            conversation,
            node: self.node,
            state,
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

    /// Exchanges announcements until neither node replies.
    fn exchange_until_quiet(
        a: &mut PresenceTracker,
        b: &mut PresenceTracker,
        mut announcements: Vec<PresenceAnnouncement>,
        now: Instant,
    ) {
        while let Some(announcement) = announcements.pop() {
            announcements.extend(a.receive(&announcement, now));
            announcements.extend(b.receive(&announcement, now));
        }
    }

    fn member_numbers(members: &[MemberRef]) -> Vec<i64> {
        members.iter().map(|member| member.number).collect()
    }

    fn at(tracker: &PresenceTracker) -> Vec<i64> {
        member_numbers(&tracker.present_members(TOPIC, 10).0)
    }

    #[test]
    fn nodes_exchange_members_in_either_join_order() {
        let now = Instant::now();
        let (mut a, mut b) = (
            PresenceTracker::new(Uuid::from_u128(1)),
            PresenceTracker::new(Uuid::from_u128(2)),
        );
        let announcements = a.join(TOPIC, Some(&member(10)));
        exchange_until_quiet(&mut a, &mut b, announcements, now);
        assert!(at(&b).is_empty(), "nobody looks there");
        let announcements = b.join(TOPIC, Some(&member(20)));
        exchange_until_quiet(&mut a, &mut b, announcements, now);
        assert_eq!((at(&a), at(&b)), (vec![10, 20], vec![10, 20]));
        // A second connection of the same member announces nothing, nor does its end.
        assert_eq!(b.join(TOPIC, Some(&member(20))).len(), 0);
        assert_eq!(b.leave(TOPIC, Some(&member(20))).len(), 0);
        let announcements = b.leave(TOPIC, Some(&member(20)));
        exchange_until_quiet(&mut a, &mut b, announcements, now);
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
        let announcements = a.join(TOPIC, Some(&member(10)));
        exchange_until_quiet(&mut a, &mut b, announcements, now);
        let announcements = b.join(TOPIC, Some(&member(20)));
        exchange_until_quiet(&mut a, &mut b, announcements, now);
        a.take_changes();
        // Renewed in time.
        let announcements = b.heartbeat(now + ANNOUNCE_INTERVAL);
        exchange_until_quiet(&mut a, &mut b, announcements, now + ANNOUNCE_INTERVAL);
        a.heartbeat(now + ENTRY_TTL);
        assert_eq!(at(&a), vec![10, 20]);
        // Not renewed any more.
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
