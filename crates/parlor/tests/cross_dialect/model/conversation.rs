//! Conversations.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::log::{ChangeKind, LogEntry};
use super::{MemberIndex, Membership, Message, Participant, Role};

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
    pub(crate) owner: Option<MemberIndex>,
    /// Whom it is for.
    pub(crate) subject: Option<MemberIndex>,
    /// Who answers.
    pub(crate) assistant: Option<MemberIndex>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) participants: Vec<Participant>,
    /// In the order they were said.
    pub(crate) messages: Vec<Message>,
    /// Everything that happened to it, from the first position on.
    pub(crate) log: Vec<LogEntry>,
    pub(crate) is_deleted: bool,
}

impl Conversation {
    /// A new one, of its owner and whom it is for.
    pub(crate) fn new(
        id: Uuid,
        kind: Kind,
        owner: MemberIndex,
        subject: Option<MemberIndex>,
    ) -> Self {
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
            participants: Vec::new(),
            messages: Vec::new(),
            log: vec![LogEntry::Created],
            is_deleted: false,
        };
        made.add_silently(owner);
        if let Some(subject) = subject {
            made.add_silently(subject);
        }
        made
    }

    /// Whether somebody takes part as the admin.
    pub(crate) fn is_admin(&self, who: MemberIndex) -> bool {
        self.owner == Some(who) && self.has_joined(who)
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
            self.log.push(LogEntry::Changed(ChangeKind::Title));
        }
    }

    pub(crate) fn set_metadata(&mut self, metadata: Map<String, Value>) {
        if self.metadata != metadata {
            self.metadata = metadata;
            self.log.push(LogEntry::Changed(ChangeKind::Other));
        }
    }

    pub(crate) fn set_state(&mut self, state: State) {
        if self.state != state {
            self.state = state;
            self.log.push(LogEntry::Changed(ChangeKind::State));
        }
    }

    pub(crate) fn set_space(&mut self, space: Option<usize>) {
        if self.space != space {
            self.space = space;
            self.log.push(LogEntry::Changed(ChangeKind::Other));
        }
    }

    /// For somebody else, who takes part from then on; for nobody is for its owner.
    pub(crate) fn set_subject(&mut self, subject: Option<MemberIndex>) {
        let subject = subject.or(self.owner);
        if self.subject != subject {
            if let Some(subject) = subject
                && !self.has_joined(subject)
            {
                self.add_participants(&[subject]);
            }
            self.subject = subject;
            self.log.push(LogEntry::Changed(ChangeKind::Other));
        }
    }

    pub(crate) fn transfer(&mut self, to: MemberIndex) {
        if self.owner != Some(to) {
            self.owner = Some(to);
            self.log.push(LogEntry::Changed(ChangeKind::Owner));
        }
    }

    /// Somebody leaves; what it owned goes to who has been there longest, and with the last one all is over.
    pub(crate) fn leave(&mut self, who: MemberIndex, number: impl Fn(MemberIndex) -> i64) {
        let owned = self.is_admin(who);
        self.set_membership(who, Membership::Left);
        self.log.push(LogEntry::Left);
        let mut heirs: Vec<&Participant> = self
            .participants
            .iter()
            .filter(|part| part.membership == Membership::Joined && !part.is_assistant)
            .collect();
        heirs.sort_by_key(|part| (part.since, number(part.who)));
        match heirs.first().map(|heir| heir.who) {
            None => self.set_state(State::Closed),
            Some(heir) if owned => self.transfer(heir),
            Some(_) => {}
        }
    }

    pub(crate) fn remove(&mut self, who: &[MemberIndex]) {
        if !who.is_empty() {
            for who in who {
                self.set_membership(*who, Membership::Removed);
            }
            self.log.push(LogEntry::Removed);
        }
    }

    /// Something is said.
    pub(crate) fn append_message(&mut self, message: Message) {
        self.log.push(LogEntry::Message(message.id));
        let line = first_line(&message.text);
        let is_person = message.role == Role::Person;
        self.messages.push(message);
        if let (true, Title::Automatic, Some(line)) = (is_person, &self.title, line) {
            self.rename(&line);
        }
    }

    pub(crate) fn edit_message(&mut self, at: usize, text: String) {
        self.messages[at].text = text;
        self.log.push(LogEntry::Edited(self.messages[at].id));
    }

    /// What was said is gone; its place in the log stays, empty.
    pub(crate) fn delete_message(&mut self, at: usize) {
        let gone = self.messages.remove(at).id;
        self.log.push(LogEntry::Deleted(gone));
    }

    /// What people and assistants said.
    pub(crate) fn conversational_messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| message.role.is_conversational())
    }

    pub(crate) fn count_by_role(&self, role: Role) -> usize {
        let of = |message: &&Message| message.role == role;
        self.messages.iter().filter(of).count()
    }
}

/// The first line that is not blank. What the tests say has short lines.
fn first_line(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty()).map(str::to_owned)
}
