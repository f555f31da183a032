//! A workspace as far as rights go, in words and rules of its own: nothing here is the product's. The rules are those
//! of the dialects' pages and of what Parlor promises beyond them, each with whose it is where it stands.

mod effective_rights;
mod list;
mod manage;
mod preconditions;
mod read;
mod scopes;
mod write;

use std::collections::BTreeMap;

pub(crate) use effective_rights::EffectiveRights;
pub(crate) use list::ListRight;
pub(crate) use manage::ConversationChange;
pub(crate) use scopes::{Level, Resource, Scopes};

/// A member, by its place in [`Model::members`].
pub(crate) type MemberIndex = usize;
/// A credential, by its place in [`Model::credentials`].
pub(crate) type CredentialIndex = usize;
/// A conversation, by its place in [`Model::conversations`].
pub(crate) type ConversationIndex = usize;
/// A space, by its place in [`Model::spaces`].
pub(crate) type SpaceIndex = usize;
/// A role of the workspace's own that sessions carry.
pub(crate) type RoleIndex = usize;

/// The workspace's owner.
pub(crate) const OWNER: MemberIndex = 0;

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
pub(crate) enum MemberStatus {
    Active,
    Archived,
    Deleted,
}

#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) role: Option<Role>,
    /// Its scopes beyond the role's.
    pub(crate) own: Scopes,
    pub(crate) presence: MemberStatus,
}

/// What opens something.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// An API key, which may act for a member.
    Key {
        member: Option<MemberIndex>,
        scopes: Scopes,
    },
    /// A member's own token, perhaps narrowed.
    MemberToken {
        member: MemberIndex,
        scopes: Option<Scopes>,
    },
    /// A session that was exchanged for a key, which may carry a role.
    Session {
        key: CredentialIndex,
        gate: Option<RoleIndex>,
    },
    /// A user's token for a space of its own, made with a key.
    SpaceToken {
        key: CredentialIndex,
        member: MemberIndex,
        room: SpaceIndex,
        gate: Option<RoleIndex>,
    },
    /// A user's token for the socket of one conversation, made with a key.
    ChatToken {
        key: CredentialIndex,
        user: MemberIndex,
        talk: ConversationIndex,
    },
    /// A user's token for the socket of many, made with a key.
    UserToken {
        key: CredentialIndex,
        user: MemberIndex,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Group,
    Direct,
    Thread,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Participation {
    Joined,
    Left,
    Removed,
}

#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) kind: Kind,
    /// The role that its maker's session carried while the workspace asked for one.
    pub(crate) gate: Option<RoleIndex>,
    pub(crate) room: Option<SpaceIndex>,
    /// Who manages it; nothing where the contract leaves open who does.
    pub(crate) owner: Option<MemberIndex>,
    pub(crate) subject: Option<MemberIndex>,
    pub(crate) participations: BTreeMap<MemberIndex, Participation>,
    pub(crate) is_open: bool,
    pub(crate) is_deleted: bool,
    /// Something was done to it that had to be refused: nothing more is asked of it.
    pub(crate) is_unreliable: bool,
}

/// Everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) members: Vec<Member>,
    pub(crate) credentials: Vec<Credential>,
    /// Keys that are revoked, and tokens that ended with the archiving of their member.
    pub(crate) revoked: Vec<CredentialIndex>,
    /// Tokens made before their user was removed from their conversation and brought back: whether these open it again is
    /// not written.
    pub(crate) undecided: Vec<CredentialIndex>,
    pub(crate) conversations: Vec<Conversation>,
    /// Whose each space is, where it is somebody's.
    pub(crate) spaces: Vec<Option<MemberIndex>>,
    /// Something was done to the workspace's owner that had to be refused: nothing can be set up any more.
    pub(crate) is_broken: bool,
    /// Whether sessions must carry a role (`rbacEnabled`).
    pub(crate) requires_roles: bool,
}

impl Conversation {
    pub(crate) fn participation(&self, who: MemberIndex) -> Option<Participation> {
        self.participations.get(&who).copied()
    }

    pub(crate) fn has_joined(&self, who: Option<MemberIndex>) -> bool {
        who.is_some_and(|who| self.participation(who) == Some(Participation::Joined))
    }

    /// Still there, and as the model believes it to be.
    pub(crate) fn is_known(&self) -> bool {
        !self.is_deleted && !self.is_unreliable
    }
}

impl Model {
    pub(crate) fn is_active(&self, who: MemberIndex) -> bool {
        self.members[who].presence == MemberStatus::Active
    }

    pub(crate) fn active_members(&self) -> impl Iterator<Item = MemberIndex> + '_ {
        (0..self.members.len()).filter(|who| self.is_active(*who))
    }

    pub(crate) fn known_conversations(&self) -> impl Iterator<Item = ConversationIndex> + '_ {
        (0..self.conversations.len()).filter(|talk| self.conversations[*talk].is_known())
    }
}
