//! Who takes part in a conversation.

use super::log::Entry;
use super::{Conversation, Who};

/// Whether somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Joined,
    Left,
    Removed,
}

/// A member in a conversation.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) who: Who,
    pub(crate) standing: Standing,
    /// Takes part as the one who answers.
    pub(crate) is_assistant: bool,
    /// Since which position of the log.
    pub(crate) since: usize,
}

impl Conversation {
    /// Somebody takes part from now on; nothing is told.
    pub(crate) fn admit(&mut self, who: Who) {
        if !self.joined(who) {
            self.parts.retain(|part| part.who != who);
            self.parts.push(Part {
                who,
                standing: Standing::Joined,
                is_assistant: self.assistant == Some(who),
                since: self.log.len(),
            });
        }
    }

    /// They take part from now on, those who do already apart.
    pub(crate) fn enter(&mut self, who: &[Who]) {
        let new: Vec<Who> = who
            .iter()
            .copied()
            .filter(|who| !self.joined(*who))
            .collect();
        if !new.is_empty() {
            self.log.push(Entry::Joined);
            for who in new {
                self.admit(who);
            }
        }
    }

    pub(super) fn stand(&mut self, who: Who, standing: Standing) {
        for part in &mut self.parts {
            if part.who == who {
                part.standing = standing;
            }
        }
    }

    pub(crate) fn standing(&self, who: Who) -> Option<Standing> {
        let part = self.parts.iter().find(|part| part.who == who);
        part.map(|part| part.standing)
    }

    pub(crate) fn joined(&self, who: Who) -> bool {
        self.standing(who) == Some(Standing::Joined)
    }

    /// Those who take part now.
    pub(crate) fn members(&self) -> impl Iterator<Item = Who> {
        self.parts
            .iter()
            .filter(|part| part.standing == Standing::Joined)
            .map(|part| part.who)
    }
}
