//! The credentials that open sockets and streams.

use crate::model::{CredentialIndex, Dialect, MemberIndex};

/// The kind and credential of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListenCredential {
    /// A chat's socket, opened with key and user.
    ChatKey {
        key: CredentialIndex,
        user: MemberIndex,
    },
    /// A chat's socket, opened with the chat's token.
    ChatToken(CredentialIndex),
    /// The multiplexed socket, opened with key and user.
    LiveKey {
        key: CredentialIndex,
        user: MemberIndex,
    },
    /// The multiplexed socket, opened with a user's token.
    LiveToken(CredentialIndex),
    /// Relation's socket of a member's channels.
    Channels(CredentialIndex),
    /// Gravity Rail's stream of a chat.
    ChatEvents(CredentialIndex),
    /// Sharely's stream of a group.
    GroupEvents(CredentialIndex),
}

impl ListenCredential {
    pub(super) const fn credential(self) -> CredentialIndex {
        match self {
            Self::ChatKey { key, .. } | Self::LiveKey { key, .. } => key,
            Self::ChatToken(held)
            | Self::LiveToken(held)
            | Self::Channels(held)
            | Self::ChatEvents(held)
            | Self::GroupEvents(held) => held,
        }
    }

    pub(super) const fn dialect(self) -> Dialect {
        match self {
            Self::Channels(_) => Dialect::Relation,
            Self::ChatEvents(_) => Dialect::GravityRail,
            Self::GroupEvents(_) => Dialect::Sharely,
            _ => Dialect::TenantChats,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ChatKey { .. } => "/ws/chat by key",
            Self::ChatToken(_) => "/ws/chat by token",
            Self::LiveKey { .. } => "/live by key",
            Self::LiveToken(_) => "/live by token",
            Self::Channels(_) => "/ws/",
            Self::ChatEvents(_) => "chat events",
            Self::GroupEvents(_) => "group events",
        }
    }

    /// Whether it belongs to one conversation and ends with it.
    pub(super) const fn is_single(self) -> bool {
        !matches!(self, Self::Channels(_))
    }

    /// The user that the key acts for, if a key opened it.
    pub(super) const fn user(self) -> Option<MemberIndex> {
        match self {
            Self::ChatKey { user, .. } | Self::LiveKey { user, .. } => Some(user),
            _ => None,
        }
    }
}
