//! A workspace as far as rights go, in words and rules of its own: nothing here is the product's. The rules are those
//! of the dialects' pages and of what Parlor promises beyond them, each with whose it is where it stands.

mod barrier;
mod list;
mod manage;
mod read;
mod scopes;
mod standing;
mod write;

use std::collections::BTreeMap;

pub(crate) use list::ListRight;
pub(crate) use manage::Change;
pub(crate) use scopes::{Level, Resource, Scopes};
pub(crate) use standing::Standing;

/// A member, by its place in [`Model::members`].
pub(crate) type Who = usize;
/// A credential, by its place in [`Model::credentials`].
pub(crate) type Held = usize;
/// A conversation, by its place in [`Model::conversations`].
pub(crate) type Talk = usize;
/// A space, by its place in [`Model::spaces`].
pub(crate) type Room = usize;
/// A role of the workspace's own that sessions carry.
pub(crate) type Gate = usize;

/// The workspace's owner.
pub(crate) const OWNER: Who = 0;

/// Whose words a road is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Dialect {
    Sharely,
    GravityRail,
    Relation,
    ChatBotKit,
    TenantChats,
}

/// What the contract says of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It must be granted.
    Yes,
    /// It must be refused, and this is why.
    No(&'static str),
    /// The contract leaves it open, or says something that depends on more than rights.
    Open,
}

/// What somebody is in the workspace, the highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Owner,
    Manager,
    User,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Here,
    Archived,
    Deleted,
}

#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) role: Option<Role>,
    /// Its scopes beyond the role's.
    pub(crate) own: Scopes,
    pub(crate) presence: Presence,
}

/// What opens something.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// An API key, which may act for a member.
    Key { member: Option<Who>, scopes: Scopes },
    /// A member's own token, perhaps narrowed.
    MemberToken { member: Who, scopes: Option<Scopes> },
    /// A session that was exchanged for a key, which may carry a role.
    Session { key: Held, gate: Option<Gate> },
    /// A user's token for a space of its own, made with a key.
    SpaceToken {
        key: Held,
        member: Who,
        room: Room,
        gate: Option<Gate>,
    },
    /// A user's token for the socket of one conversation, made with a key.
    ChatToken { key: Held, user: Who, talk: Talk },
    /// A user's token for the socket of many, made with a key.
    UserToken { key: Held, user: Who },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Group,
    Direct,
    Thread,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Joined,
    Left,
    Removed,
}

#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) kind: Kind,
    /// The role that its maker's session carried while the workspace asked for one.
    pub(crate) gate: Option<Gate>,
    pub(crate) room: Option<Room>,
    /// Who manages it; nothing where the contract leaves open who does.
    pub(crate) owner: Option<Who>,
    pub(crate) subject: Option<Who>,
    pub(crate) parts: BTreeMap<Who, Part>,
    pub(crate) is_open: bool,
    pub(crate) is_gone: bool,
    /// Something was done to it that had to be refused: nothing more is asked of it.
    pub(crate) is_spoiled: bool,
}

/// Everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) members: Vec<Member>,
    pub(crate) credentials: Vec<Credential>,
    /// Keys that are revoked, and tokens that ended with the archiving of their member.
    pub(crate) revoked: Vec<Held>,
    /// Tokens made before their user was removed from their conversation and brought back: whether these open it again is
    /// not written.
    pub(crate) unsure: Vec<Held>,
    pub(crate) conversations: Vec<Conversation>,
    /// Whose each space is, where it is somebody's.
    pub(crate) rooms: Vec<Option<Who>>,
    /// Something was done to the workspace's owner that had to be refused: nothing can be set up any more.
    pub(crate) is_broken: bool,
    /// Whether sessions must carry a role (`rbacEnabled`).
    pub(crate) asks_for_gates: bool,
}

impl Conversation {
    pub(crate) fn part(&self, who: Who) -> Option<Part> {
        self.parts.get(&who).copied()
    }

    pub(crate) fn joined(&self, who: Option<Who>) -> bool {
        who.is_some_and(|who| self.part(who) == Some(Part::Joined))
    }

    /// Still there, and as the model believes it to be.
    pub(crate) fn is_known(&self) -> bool {
        !self.is_gone && !self.is_spoiled
    }
}

impl Model {
    pub(crate) fn is_here(&self, who: Who) -> bool {
        self.members[who].presence == Presence::Here
    }

    pub(crate) fn here(&self) -> impl Iterator<Item = Who> + '_ {
        (0..self.members.len()).filter(|who| self.is_here(*who))
    }

    pub(crate) fn talks(&self) -> impl Iterator<Item = Talk> + '_ {
        (0..self.conversations.len()).filter(|talk| self.conversations[*talk].is_known())
    }
}
