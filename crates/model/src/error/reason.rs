//! Reasons that error kinds carry.

use crate::scope::Scope;

/// Reason why a credential was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialReason {
    /// An API key is absent, unknown, revoked or expired; the cases are indistinguishable.
    Key,
    /// A token is absent.
    TokenMissing,
    /// A token is malformed, badly signed, of the wrong use, or names no member.
    TokenInvalid,
    /// A token is expired.
    TokenExpired,
    /// A token has another issuer.
    TokenIssuer,
    /// A request to impersonate another account, which this server does not offer.
    Impersonation,
    /// A valid token carries no role of the workspace where one is required.
    RoleMissing,
}

/// Reason why an authenticated caller is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForbiddenReason {
    /// A scope is missing.
    MissingScope(Scope),
    /// The workspace belongs to another organization than the one named.
    Organization,
    /// A token that is bound to one resource was used on another.
    Bound,
    /// Requires participation.
    NotParticipant,
    /// The caller left the conversation.
    Left,
    /// The caller was removed from the conversation.
    Removed,
    /// Requires the conversation's admin.
    NotAdmin,
    /// The resource belongs to another member.
    NotOwn,
    /// The conversation can only be joined by being added.
    InviteOnly,
    /// An unbound key was used where a member is required.
    Unbound,
    /// The other member has a higher role in the workspace than the caller.
    Outranked,
}

/// Reason of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictReason {
    /// The idempotency key was used with a different request.
    IdempotencyMismatch,
    /// A live connection holds the conversation.
    InUse,
    /// The conversation is closed.
    Closed,
    /// The conversation's kind does not support this action.
    WrongKind,
    /// The member already participates.
    AlreadyParticipant,
    /// The owner of a conversation cannot be removed.
    IsOwner,
    /// A member with a workspace role cannot be deleted this way.
    HasRole,
    /// The default conversation of a space cannot be deleted.
    DefaultConversation,
    /// A published version cannot be changed.
    Immutable,
    /// The entity is still referenced.
    Referenced,
    /// A delivery whose target is switched off cannot be sent once more.
    NotReplayable,
}
