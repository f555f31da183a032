//! Conversations.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::Who;

/// What a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Group,
    Chat,
    Thread,
    Direct,
}

/// Where it is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Archived,
    Closed,
}

/// What it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Title {
    None,
    /// Invented; gives way to the first line of what a person says.
    Automatic,
    Given(String),
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Person,
    Assistant,
    /// Instructions, background, what a tool said: this vocabulary's own word for it.
    Aside(&'static str),
}

/// What somebody said.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) role: Role,
    pub(crate) text: String,
    /// Who said it, where that is known: perhaps nobody.
    pub(crate) author: Option<Option<Who>>,
}

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
}

/// A conversation whole.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) id: Uuid,
    pub(crate) number: i64,
    pub(crate) kind: Kind,
    pub(crate) state: State,
    pub(crate) title: Title,
    pub(crate) space: Option<usize>,
    pub(crate) owner: Option<Who>,
    pub(crate) subject: Option<Who>,
    pub(crate) metadata: Map<String, Value>,
    /// In the order they joined.
    pub(crate) parts: Vec<Part>,
    /// In the order they were said.
    pub(crate) messages: Vec<Message>,
    pub(crate) is_gone: bool,
}

impl Conversation {
    /// A new one, of those who take part from the start.
    pub(crate) fn new(id: Uuid, kind: Kind, owner: Who, subject: Option<Who>) -> Self {
        let mut made = Self {
            id,
            number: 0,
            kind,
            state: State::Active,
            title: Title::None,
            space: None,
            owner: Some(owner),
            subject: subject.or(Some(owner)),
            metadata: Map::new(),
            parts: Vec::new(),
            messages: Vec::new(),
            is_gone: false,
        };
        made.admit(owner);
        if let Some(subject) = subject {
            made.admit(subject);
        }
        made
    }

    /// Somebody takes part from now on.
    pub(crate) fn admit(&mut self, who: Who) {
        if self.joined(who) {
            return;
        }
        self.parts.retain(|part| part.who != who);
        self.parts.push(Part {
            who,
            standing: Standing::Joined,
        });
    }

    /// Somebody no longer takes part.
    pub(crate) fn part(&mut self, who: Who, standing: Standing) {
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

    /// Its owner, its subject, or somebody who takes part.
    pub(crate) fn involves(&self, who: Who) -> bool {
        let named = self.kind != Kind::Direct && [self.owner, self.subject].contains(&Some(who));
        named || self.joined(who)
    }

    /// Something is said.
    pub(crate) fn say(&mut self, message: Message) {
        if message.role == Role::Person
            && self.title == Title::Automatic
            && let Some(line) = first_line(&message.text)
        {
            self.title = Title::Given(line);
        }
        self.messages.push(message);
    }

    /// What people and assistants said.
    pub(crate) fn said(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| !matches!(message.role, Role::Aside(_)))
    }

    pub(crate) fn count(&self, role: Role) -> usize {
        let of = |message: &&Message| message.role == role;
        self.messages.iter().filter(of).count()
    }

    pub(crate) fn title(&self) -> Option<&str> {
        match &self.title {
            Title::Given(title) => Some(title),
            Title::None | Title::Automatic => None,
        }
    }
}

/// The first line that is not blank. What the tests say has short lines.
fn first_line(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty()).map(str::to_owned)
}
