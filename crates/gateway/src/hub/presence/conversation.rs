//! Presence of members in one conversation.

use std::collections::{BTreeMap, HashMap};

use parlor_model::member::MemberRef;
use tokio::time::Instant;
use uuid::Uuid;

/// Presence in one conversation.
#[derive(Default)]
pub(super) struct ConversationPresence {
    /// Local connections, including invisible ones. The entry is removed when there are none.
    pub(super) local_connections: usize,
    pub(super) members: BTreeMap<i64, MemberPresence>,
    /// Members as last reported to subscribers.
    pub(super) announced: BTreeMap<i64, MemberRef>,
}

/// Presence of one member in a conversation.
pub(super) struct MemberPresence {
    pub(super) member: MemberRef,
    /// Local connections of the member.
    pub(super) local_connections: usize,
    /// Expiry of the member's announcements by other nodes.
    pub(super) remote_expiries: HashMap<Uuid, Instant>,
}

/// Change of presence in a conversation since subscribers were last notified.
#[derive(Debug, Clone, Default)]
pub struct PresenceChange {
    /// Members that joined.
    pub joined: Vec<MemberRef>,
    /// Members that left.
    pub left: Vec<MemberRef>,
    /// Number of present members.
    pub count: usize,
}

impl ConversationPresence {
    /// Returns the entry of a member, created if missing.
    pub(super) fn entry(&mut self, member: &MemberRef) -> &mut MemberPresence {
        self.members
            .entry(member.number)
            .or_insert_with(|| MemberPresence {
                member: member.clone(),
                local_connections: 0,
                remote_expiries: HashMap::new(),
            })
    }

    /// Removes the entry of a member without connections on any node.
    pub(super) fn prune(&mut self, member: i64) {
        let is_gone = |entry: &MemberPresence| {
            entry.local_connections == 0 && entry.remote_expiries.is_empty()
        };
        if self.members.get(&member).is_some_and(is_gone) {
            self.members.remove(&member);
        }
    }

    /// Returns the change since the last call.
    pub(super) fn take_change(&mut self) -> PresenceChange {
        let now: BTreeMap<i64, MemberRef> = self
            .members
            .iter()
            .map(|(number, entry)| (*number, entry.member.clone()))
            .collect();
        let before = std::mem::replace(&mut self.announced, now);
        let joined = self.announced.iter();
        let joined = joined.filter(|(number, _)| !before.contains_key(number));
        let left = before.iter();
        let left = left.filter(|(number, _)| !self.announced.contains_key(number));
        PresenceChange {
            joined: joined.map(|(_, member)| member.clone()).collect(),
            left: left.map(|(_, member)| member.clone()).collect(),
            count: self.announced.len(),
        }
    }
}
