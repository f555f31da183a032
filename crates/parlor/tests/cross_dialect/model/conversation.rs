//! Conversations of the model.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::log::{ChangeKind, LogEntry};
use super::{MemberIndex, Membership, Message, Participant, Role};

/// The kind of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Group,
    Chat,
    Thread,
    Direct,
}

/// Its lifecycle state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Archived,
    Closed,
}

/// Its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Title {
    None,
    /// Generated; replaced by the first line of a user's message.
    Automatic,
    Given(String),
}

/// A conversation with all its data.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) id: Uuid,
    pub(crate) number: i64,
    pub(crate) kind: Kind,
    pub(crate) state: State,
    pub(crate) title: Title,
    pub(crate) space: Option<usize>,
    /// The creator or a later owner: the admin.
    pub(crate) owner: Option<MemberIndex>,
    /// The subject: the member that the conversation is for.
    pub(crate) subject: Option<MemberIndex>,
    /// The assistant that answers.
    pub(crate) assistant: Option<MemberIndex>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) participants: Vec<Participant>,
    /// In the order they were sent.
    pub(crate) messages: Vec<Message>,
    /// The log, from the first position on.
    pub(crate) log: Vec<LogEntry>,
    pub(crate) is_deleted: bool,
}

impl Conversation {
    /// A new conversation with its owner and its subject.
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

    /// Whether a member participates as the admin.
    pub(crate) fn is_admin(&self, who: MemberIndex) -> bool {
        self.owner == Some(who) && self.has_joined(who)
    }

    pub(crate) fn title(&self) -> Option<&str> {
        match &self.title {
            Title::Given(title) => Some(title),
            Title::None | Title::Automatic => None,
        }
    }

    /// Sets a title; setting the current one adds no log entry.
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

    /// Sets the subject, which becomes a participant; without one the owner is the subject.
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

    /// A member leaves. Its ownership passes to the longest-standing participant; the last departure closes the
    /// conversation.
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

    /// Appends a message.
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

    /// Deletes a message's content; its log position stays, empty.
    pub(crate) fn delete_message(&mut self, at: usize) {
        let gone = self.messages.remove(at).id;
        self.log.push(LogEntry::Deleted(gone));
    }

    /// Messages of users and assistants.
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

/// The first line that is not blank. The messages of the tests have short lines.
fn first_line(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty()).map(str::to_owned)
}
