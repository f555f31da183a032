//! A small reference model of conversations, written from the specified rules alone.

mod conversation;
mod log;
mod member;
mod membership;
mod message;

pub(crate) use conversation::{Conversation, Kind, State, Title};
pub(crate) use log::{ChangeKind, LogEntry};
pub(crate) use member::{Member, MemberNature};
pub(crate) use membership::{Membership, Participant};
pub(crate) use message::{Message, Role};
use uuid::Uuid;

/// Index of a member in the model.
pub(crate) type MemberIndex = usize;

/// One workspace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) members: Vec<Member>,
    pub(crate) spaces: Vec<Space>,
    /// In the order of creation; deleted ones stay, marked.
    pub(crate) conversations: Vec<Conversation>,
}

/// A space.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    pub(crate) id: Uuid,
    pub(crate) is_deleted: bool,
}

/// The member that owns the workspace and for whom its key acts.
pub(crate) const OWNER: MemberIndex = 0;

impl Model {
    /// Chooses one of the conversations that meet a condition, by any number; `None` if there is none.
    pub(crate) fn pick_conversation(
        &self,
        any: u8,
        holds: impl Fn(&Conversation) -> bool,
    ) -> Option<usize> {
        let fit: Vec<usize> = (0..self.conversations.len())
            .filter(|at| !self.conversations[*at].is_deleted && holds(&self.conversations[*at]))
            .collect();
        (!fit.is_empty()).then(|| fit[usize::from(any) % fit.len()])
    }

    /// Adds a conversation; returns its index.
    pub(crate) fn add_conversation(&mut self, made: Conversation) -> usize {
        self.conversations.push(made);
        self.conversations.len() - 1
    }

    /// Chooses one of the spaces.
    pub(crate) fn pick_space(&self, any: u8) -> Option<usize> {
        let fit: Vec<usize> = (0..self.spaces.len())
            .filter(|at| !self.spaces[*at].is_deleted)
            .collect();
        (!fit.is_empty()).then(|| fit[usize::from(any) % fit.len()])
    }

    /// Chooses one of the members that meet a condition.
    pub(crate) fn pick_member(
        &self,
        any: u8,
        holds: impl Fn(&Member) -> bool,
    ) -> Option<MemberIndex> {
        let fit: Vec<usize> = (0..self.members.len())
            .filter(|at| !self.members[*at].is_deleted && holds(&self.members[*at]))
            .collect();
        (!fit.is_empty()).then(|| fit[usize::from(any) % fit.len()])
    }

    /// The direct conversation of two members.
    pub(crate) fn direct_conversation(
        &self,
        one: MemberIndex,
        other: MemberIndex,
    ) -> Option<usize> {
        self.conversations.iter().position(|conversation| {
            conversation.kind == Kind::Direct
                && !conversation.is_deleted
                && [one, other]
                    .iter()
                    .all(|who| conversation.membership(*who).is_some())
        })
    }

    /// Deletes a space: its conversations stay without a space.
    pub(crate) fn delete_space(&mut self, space: usize) {
        self.spaces[space].is_deleted = true;
        for conversation in &mut self.conversations {
            if conversation.space == Some(space) {
                conversation.space = None;
            }
        }
    }

    /// Deletes a member: it leaves every conversation, and a direct conversation stays with the other member. Its
    /// messages stay without a sender.
    pub(crate) fn delete_member(&mut self, who: MemberIndex) {
        self.members[who].is_deleted = true;
        let numbers: Vec<i64> = self.members.iter().map(|member| member.number).collect();
        for conversation in &mut self.conversations {
            let is_over = conversation.is_deleted || conversation.state == State::Closed;
            match conversation.kind {
                _ if is_over || !conversation.has_joined(who) => {}
                Kind::Direct => {
                    conversation.set_membership(who, membership::Membership::Left);
                    conversation.log.push(log::LogEntry::Left);
                }
                _ => conversation.leave(who, |who| numbers[who]),
            }
            conversation.participants.retain(|part| part.who != who);
            if conversation.subject == Some(who) {
                conversation.subject = None;
            }
            if conversation.owner == Some(who) {
                conversation.owner = None;
            }
            for message in &mut conversation.messages {
                if message.author == Some(who) {
                    message.author = None;
                }
            }
        }
    }

    /// Deletes a member and the conversations whose subject it is.
    pub(crate) fn delete_member_with_conversations(&mut self, who: MemberIndex) {
        for conversation in &mut self.conversations {
            if conversation.kind != Kind::Direct && conversation.subject == Some(who) {
                conversation.is_deleted = true;
            }
        }
        self.delete_member(who);
    }

    /// Whether a member may read a conversation: with the scope every one except direct ones, otherwise those it
    /// participates in. Owner and subject may too, until they leave.
    pub(crate) fn may_read(&self, who: MemberIndex, conversation: &Conversation) -> bool {
        let is_direct = conversation.kind == Kind::Direct;
        (self.members[who].has_all_scopes && !is_direct) || conversation.has_joined(who)
    }
}
