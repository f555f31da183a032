//! Conversations.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::log::{Entry, News};
use super::{Message, Part, Role, Standing, Who};

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

/// A conversation whole.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) id: Uuid,
    pub(crate) number: i64,
    pub(crate) kind: Kind,
    pub(crate) state: State,
    pub(crate) title: Title,
    pub(crate) space: Option<usize>,
    /// Who made it, or took it over: the admin.
    pub(crate) owner: Option<Who>,
    /// Whom it is for.
    pub(crate) subject: Option<Who>,
    /// Who answers.
    pub(crate) assistant: Option<Who>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) parts: Vec<Part>,
    /// In the order they were said.
    pub(crate) messages: Vec<Message>,
    /// Everything that happened to it, from the first position on.
    pub(crate) log: Vec<Entry>,
    pub(crate) is_gone: bool,
}

impl Conversation {
    /// A new one, of its owner and whom it is for.
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
            assistant: None,
            metadata: Map::new(),
            parts: Vec::new(),
            messages: Vec::new(),
            log: vec![Entry::Made],
            is_gone: false,
        };
        made.admit(owner);
        if let Some(subject) = subject {
            made.admit(subject);
        }
        made
    }

    /// Whether somebody takes part as the admin.
    pub(crate) fn is_admin(&self, who: Who) -> bool {
        self.owner == Some(who) && self.joined(who)
    }

    pub(crate) fn title(&self) -> Option<&str> {
        match &self.title {
            Title::Given(title) => Some(title),
            Title::None | Title::Automatic => None,
        }
    }

    /// A new name; the one it has is none.
    pub(crate) fn rename(&mut self, title: &str) {
        if self.title() != Some(title) {
            self.title = Title::Given(title.to_owned());
            self.log.push(Entry::Changed(News::Title));
        }
    }

    pub(crate) fn tag(&mut self, metadata: Map<String, Value>) {
        if self.metadata != metadata {
            self.metadata = metadata;
            self.log.push(Entry::Changed(News::Other));
        }
    }

    pub(crate) fn go(&mut self, state: State) {
        if self.state != state {
            self.state = state;
            self.log.push(Entry::Changed(News::State));
        }
    }

    pub(crate) fn move_to(&mut self, space: Option<usize>) {
        if self.space != space {
            self.space = space;
            self.log.push(Entry::Changed(News::Other));
        }
    }

    /// For somebody else, who takes part from then on; for nobody is for its owner.
    pub(crate) fn assign(&mut self, subject: Option<Who>) {
        let subject = subject.or(self.owner);
        if self.subject != subject {
            if let Some(subject) = subject
                && !self.joined(subject)
            {
                self.enter(&[subject]);
            }
            self.subject = subject;
            self.log.push(Entry::Changed(News::Other));
        }
    }

    pub(crate) fn transfer(&mut self, to: Who) {
        if self.owner != Some(to) {
            self.owner = Some(to);
            self.log.push(Entry::Changed(News::Owner));
        }
    }

    /// Somebody leaves; what it owned goes to who has been there longest, and with the last one all is over.
    pub(crate) fn leave(&mut self, who: Who, number: impl Fn(Who) -> i64) {
        let owned = self.is_admin(who);
        self.stand(who, Standing::Left);
        self.log.push(Entry::Left);
        let mut heirs: Vec<&Part> = self
            .parts
            .iter()
            .filter(|part| part.standing == Standing::Joined && !part.is_assistant)
            .collect();
        heirs.sort_by_key(|part| (part.since, number(part.who)));
        match heirs.first().map(|heir| heir.who) {
            None => self.go(State::Closed),
            Some(heir) if owned => self.transfer(heir),
            Some(_) => {}
        }
    }

    pub(crate) fn remove(&mut self, who: &[Who]) {
        if !who.is_empty() {
            for who in who {
                self.stand(*who, Standing::Removed);
            }
            self.log.push(Entry::Removed);
        }
    }

    /// Something is said.
    pub(crate) fn say(&mut self, message: Message) {
        self.log.push(Entry::Said(message.id));
        let line = first_line(&message.text);
        let is_person = message.role == Role::Person;
        self.messages.push(message);
        if let (true, Title::Automatic, Some(line)) = (is_person, &self.title, line) {
            self.rename(&line);
        }
    }

    pub(crate) fn edit(&mut self, at: usize, text: String) {
        self.messages[at].text = text;
        self.log.push(Entry::Edited(self.messages[at].id));
    }

    /// What was said is gone; its place in the log stays, empty.
    pub(crate) fn unsay(&mut self, at: usize) {
        let gone = self.messages.remove(at).id;
        self.log.push(Entry::Deleted(gone));
    }

    /// What people and assistants said.
    pub(crate) fn said(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| message.role.is_said())
    }

    pub(crate) fn count(&self, role: Role) -> usize {
        let of = |message: &&Message| message.role == role;
        self.messages.iter().filter(of).count()
    }
}

/// The first line that is not blank. What the tests say has short lines.
fn first_line(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty()).map(str::to_owned)
}
