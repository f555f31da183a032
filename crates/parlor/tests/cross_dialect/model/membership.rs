//! Participants of a conversation.

use super::log::LogEntry;
use super::{Conversation, MemberIndex};

/// The membership state of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    Joined,
    Left,
    Removed,
}

/// A member's participation in a conversation.
#[derive(Debug, Clone)]
pub(crate) struct Participant {
    pub(crate) who: MemberIndex,
    pub(crate) membership: Membership,
    /// Participates as the answering assistant.
    pub(crate) is_assistant: bool,
    /// The log position of joining.
    pub(crate) since: usize,
}

impl Conversation {
    /// Adds a participant without a log entry.
    pub(crate) fn add_silently(&mut self, who: MemberIndex) {
        if !self.has_joined(who) {
            self.participants.retain(|part| part.who != who);
            self.participants.push(Participant {
                who,
                membership: Membership::Joined,
                is_assistant: self.assistant == Some(who),
                since: self.log.len(),
            });
        }
    }

    /// Adds participants with a log entry, except those that already participate.
    pub(crate) fn add_participants(&mut self, who: &[MemberIndex]) {
        let new: Vec<MemberIndex> = who
            .iter()
            .copied()
            .filter(|who| !self.has_joined(*who))
            .collect();
        if !new.is_empty() {
            self.log.push(LogEntry::Joined);
            for who in new {
                self.add_silently(who);
            }
        }
    }

    pub(super) fn set_membership(&mut self, who: MemberIndex, standing: Membership) {
        for part in &mut self.participants {
            if part.who == who {
                part.membership = standing;
            }
        }
    }

    pub(crate) fn membership(&self, who: MemberIndex) -> Option<Membership> {
        let part = self.participants.iter().find(|part| part.who == who);
        part.map(|part| part.membership)
    }

    pub(crate) fn has_joined(&self, who: MemberIndex) -> bool {
        self.membership(who) == Some(Membership::Joined)
    }

    /// The current participants.
    pub(crate) fn members(&self) -> impl Iterator<Item = MemberIndex> {
        self.participants
            .iter()
            .filter(|part| part.membership == Membership::Joined)
            .map(|part| part.who)
    }
}
