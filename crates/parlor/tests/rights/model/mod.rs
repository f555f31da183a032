//! An independent model of a workspace and its rights; shares no code with the product. The rules come from the
//! dialects' pages and from Parlor's own promises; each rule names its source.

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

/// Index into [`Model::members`].
pub(crate) type MemberIndex = usize;
/// Index into [`Model::credentials`].
pub(crate) type CredentialIndex = usize;
/// Index into [`Model::conversations`].
pub(crate) type ConversationIndex = usize;
/// Index into [`Model::spaces`].
pub(crate) type SpaceIndex = usize;
/// A custom role of the workspace, carried by sessions.
pub(crate) type RoleIndex = usize;

/// The workspace's owner.
pub(crate) const OWNER: MemberIndex = 0;

/// The dialect of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Dialect {
    Sharely,
    GravityRail,
    Relation,
    ChatBotKit,
    TenantChats,
}

/// The model's verdict on an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It must be granted.
    Yes,
    /// It must be refused, for this reason.
    No(&'static str),
    /// Unspecified, or dependent on more than rights.
    Open,
}

/// Roles in the workspace, the highest first.
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
    /// Scopes beyond the role's.
    pub(crate) own: Scopes,
    pub(crate) presence: MemberStatus,
}

/// A credential.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// An API key, bound to a member or unbound.
    Key {
        member: Option<MemberIndex>,
        scopes: Scopes,
    },
    /// A member's own token, possibly narrowed.
    MemberToken {
        member: MemberIndex,
        scopes: Option<Scopes>,
    },
    /// A session exchanged for a key; it may carry a role.
    Session {
        key: CredentialIndex,
        gate: Option<RoleIndex>,
    },
    /// A user's token for its own space, issued with a key.
    SpaceToken {
        key: CredentialIndex,
        member: MemberIndex,
        room: SpaceIndex,
        gate: Option<RoleIndex>,
    },
    /// A user's token for the socket of one conversation, issued with a key.
    ChatToken {
        key: CredentialIndex,
        user: MemberIndex,
        conversation: ConversationIndex,
    },
    /// A user's token for the multiplexed socket, issued with a key.
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
    /// The role of the creator's session while the workspace required roles.
    pub(crate) gate: Option<RoleIndex>,
    pub(crate) room: Option<SpaceIndex>,
    /// The member that manages it; `None` where the contract leaves it open.
    pub(crate) owner: Option<MemberIndex>,
    pub(crate) subject: Option<MemberIndex>,
    pub(crate) participations: BTreeMap<MemberIndex, Participation>,
    pub(crate) is_open: bool,
    pub(crate) is_deleted: bool,
    /// A change that had to be refused was granted: the model no longer knows its state and skips it.
    pub(crate) is_unreliable: bool,
}

/// The state of the workspace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) members: Vec<Member>,
    pub(crate) credentials: Vec<Credential>,
    /// Revoked keys, and tokens that ended with the archiving of their member.
    pub(crate) revoked: Vec<CredentialIndex>,
    /// Tokens issued before their user was removed from their conversation and added again: whether they are valid
    /// again is unspecified.
    pub(crate) undecided: Vec<CredentialIndex>,
    pub(crate) conversations: Vec<Conversation>,
    /// The user of each space, if any.
    pub(crate) spaces: Vec<Option<MemberIndex>>,
    /// A change of the workspace's owner that had to be refused was granted: further setup is impossible.
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

    /// Exists, and its state is known to the model.
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
        (0..self.conversations.len())
            .filter(|conversation| self.conversations[*conversation].is_known())
    }
}
