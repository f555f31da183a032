//! What is so, whatever shows it: a small reference of conversations, written from the rules alone.

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

/// A member by its place in the model.
pub(crate) type MemberIndex = usize;

/// One workspace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) members: Vec<Member>,
    pub(crate) spaces: Vec<Space>,
    /// In the order they were made; those that were deleted stay, marked.
    pub(crate) conversations: Vec<Conversation>,
}

/// A space.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    pub(crate) id: Uuid,
    pub(crate) is_deleted: bool,
}

/// The member who owns the workspace and for whom its key acts.
pub(crate) const OWNER: MemberIndex = 0;

impl Model {
    /// One of the conversations for which something holds, by any number; none where it holds for none.
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

    /// A conversation that was made; its place.
    pub(crate) fn add_conversation(&mut self, made: Conversation) -> usize {
        self.conversations.push(made);
        self.conversations.len() - 1
    }

    /// One of the spaces.
    pub(crate) fn pick_space(&self, any: u8) -> Option<usize> {
        let fit: Vec<usize> = (0..self.spaces.len())
            .filter(|at| !self.spaces[*at].is_deleted)
            .collect();
        (!fit.is_empty()).then(|| fit[usize::from(any) % fit.len()])
    }

    /// One of the members for which something holds.
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

    /// The direct conversation of a pair.
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

    /// A space is deleted: its conversations stay and lose it.
    pub(crate) fn delete_space(&mut self, space: usize) {
        self.spaces[space].is_deleted = true;
        for conversation in &mut self.conversations {
            if conversation.space == Some(space) {
                conversation.space = None;
            }
        }
    }

    /// A member is deleted: it leaves everything as by its own will, and a direct conversation stays with the other one.
    /// What it said stays, nobody's.
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

    /// A member is deleted together with the conversations that are for it.
    pub(crate) fn delete_member_with_conversations(&mut self, who: MemberIndex) {
        for conversation in &mut self.conversations {
            if conversation.kind != Kind::Direct && conversation.subject == Some(who) {
                conversation.is_deleted = true;
            }
        }
        self.delete_member(who);
    }

    /// Whether somebody may read a conversation: everybody who holds the scope but what is direct, others what they
    /// take part in. So do its owner and whom it is for, until they leave.
    pub(crate) fn may_read(&self, who: MemberIndex, conversation: &Conversation) -> bool {
        let is_direct = conversation.kind == Kind::Direct;
        (self.members[who].has_all_scopes && !is_direct) || conversation.has_joined(who)
    }
}
