//! Rules for conversations that need no database access.

use parlor_model::conversation::ConversationKind;
use parlor_model::error::{EntityKind, ForbiddenReason};
use parlor_model::id::CustomRoleId;
use parlor_model::message::Message;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

/// A permission on a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConversationPermission {
    /// Read its metadata.
    Read,
    /// Read its messages.
    ReadMessages,
    /// Send messages.
    Write,
    /// Change, close or delete it. The operation also requires a scope or ownership.
    Manage,
}

/// What a granted permission is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccessBasis {
    /// Scopes of the credential; independent of participation.
    HeldScope,
    /// Scopes delegated to a user in its own space; valid until it leaves the conversation or is removed.
    DelegatedScope,
    /// The acting member's participation; ends with it.
    Participation,
}

const CONVERSATIONS_READ: Scope = Scope::read(Resource::Conversations);
const MESSAGES_READ: Scope = Scope::read(Resource::Messages);
const MESSAGES_WRITE: Scope = Scope::write(Resource::Messages);
const DM_READ: Scope = Scope::read(Resource::Dm);
const DM_WRITE: Scope = Scope::write(Resource::Dm);

/// Returns what a permission on a conversation of this kind would be based on. The caller still has to check
/// [`AccessBasis::Participation`] and [`AccessBasis::DelegatedScope`] against the participant row.
///
/// # Errors
/// `NotFound` where the existence itself is hidden, otherwise `Forbidden` with the missing scope.
pub(crate) fn access_basis(
    ctx: &Ctx,
    kind: ConversationKind,
    permission: ConversationPermission,
) -> Result<AccessBasis> {
    match kind {
        ConversationKind::Direct => direct_access_basis(ctx, permission),
        ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => {
            shared_access_basis(ctx, permission)
        }
    }
}

fn direct_access_basis(ctx: &Ctx, permission: ConversationPermission) -> Result<AccessBasis> {
    // A member needs no scope of its own, but its credential may be narrower than the member.
    let (held, basis) = match ctx.actor {
        None => (ctx.scopes, AccessBasis::HeldScope),
        Some(_) => (ctx.granted, AccessBasis::Participation),
    };
    if !held.allows(DM_READ) {
        return Err(Error::not_found(EntityKind::Conversation));
    }
    let changes = matches!(
        permission,
        ConversationPermission::Write | ConversationPermission::Manage
    );
    if changes && !held.allows(DM_WRITE) {
        return Err(Error::forbidden(ForbiddenReason::MissingScope(DM_WRITE)));
    }
    Ok(basis)
}

fn shared_access_basis(ctx: &Ctx, permission: ConversationPermission) -> Result<AccessBasis> {
    match (missing_scope(ctx, permission), ctx.actor) {
        (None, Some(_)) if ctx.delegated => Ok(AccessBasis::DelegatedScope),
        (None, _) => Ok(AccessBasis::HeldScope),
        (Some(_), Some(_)) => Ok(AccessBasis::Participation),
        (Some(scope), None) => Err(Error::forbidden(ForbiddenReason::MissingScope(scope))),
    }
}

/// Returns the scope that grants the permission on groups, chats and threads, if the caller does not hold it.
fn missing_scope(ctx: &Ctx, permission: ConversationPermission) -> Option<Scope> {
    let (scope, or) = match permission {
        ConversationPermission::Read | ConversationPermission::Manage => (CONVERSATIONS_READ, None),
        ConversationPermission::ReadMessages => (CONVERSATIONS_READ, Some(MESSAGES_READ)),
        ConversationPermission::Write => (MESSAGES_WRITE, None),
    };
    let held = ctx.allows(scope) || or.is_some_and(|or| ctx.allows(or));
    (!held).then_some(scope)
}

/// Checks that the credential of the acting member may write in direct conversations, which opening one requires.
///
/// # Errors
/// `Forbidden` with the missing scope.
pub(crate) fn authorize_open_direct(ctx: &Ctx) -> Result<()> {
    match ctx.granted.allows(DM_WRITE) {
        true => Ok(()),
        false => Err(Error::forbidden(ForbiddenReason::MissingScope(DM_WRITE))),
    }
}

/// Builds the error for an acting member that would need to participate and does not.
pub(crate) fn access_denied_error(
    ctx: &Ctx,
    kind: ConversationKind,
    permission: ConversationPermission,
) -> Error {
    let sees = kind != ConversationKind::Direct && ctx.allows(CONVERSATIONS_READ);
    Error::forbidden(if permission == ConversationPermission::Write && sees {
        ForbiddenReason::MissingScope(MESSAGES_WRITE)
    } else {
        ForbiddenReason::NotParticipant
    })
}

/// Returns whether the caller may see a thread with this role, or with none, in a workspace that requires roles.
pub(crate) fn is_thread_visible(ctx: &Ctx, thread_role: Option<CustomRoleId>) -> bool {
    match ctx.role {
        Some(carried) => Some(carried) == thread_role,
        None => ctx.allows(Scope::read(Resource::Admin)),
    }
}

/// Returns whether no thread is hidden from the caller, even if the workspace requires roles.
pub(crate) fn is_every_thread_visible(ctx: &Ctx) -> bool {
    ctx.role.is_none() && is_thread_visible(ctx, None)
}

/// Checks that a caller with write permission may change this message: its own, or any with `messages:write`. In a
/// direct conversation only an unbound key may change the peer's messages.
///
/// # Errors
/// `Forbidden` with the missing scope, or as another member's.
pub(crate) fn authorize_message_change(
    ctx: &Ctx,
    kind: ConversationKind,
    message: &Message,
) -> Result<()> {
    let author = message.author.as_ref();
    if author.is_some_and(|author| ctx.is_actor(author.number)) {
        return Ok(());
    }
    if kind == ConversationKind::Direct && ctx.actor.is_some() {
        return Err(Error::forbidden(ForbiddenReason::NotOwn));
    }
    ctx.require(MESSAGES_WRITE)
}
