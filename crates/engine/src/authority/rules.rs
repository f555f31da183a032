//! The rules for conversations, without a look at the database.

use parlor_model::conversation::ConversationKind;
use parlor_model::error::{EntityKind, ForbiddenReason};
use parlor_model::id::CustomRoleId;
use parlor_model::message::Message;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

/// What a caller wants to do with a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConversationPermission {
    /// See it.
    Read,
    /// See what was said in it.
    ReadMessages,
    /// Say something in it.
    Write,
    /// Change or end it. The verb asks for a scope, or for the owner's part, besides.
    Manage,
}

/// What an allowed caller's right rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccessBasis {
    /// The credential's scopes: it holds whoever takes part.
    HeldScope,
    /// Scopes lent to a user in its own space: they hold until it leaves the conversation or is removed from it.
    DelegatedScope,
    /// The acting member's part in the conversation: it ends with that.
    Participation,
}

const CONVERSATIONS_READ: Scope = Scope::read(Resource::Conversations);
const MESSAGES_READ: Scope = Scope::read(Resource::Messages);
const MESSAGES_WRITE: Scope = Scope::write(Resource::Messages);
const DM_READ: Scope = Scope::read(Resource::Dm);
const DM_WRITE: Scope = Scope::write(Resource::Dm);

/// What a right in a conversation of this kind would rest on. [`AccessBasis::Participation`] and [`AccessBasis::DelegatedScope`] are still to be
/// looked up.
///
/// # Errors
/// `NotFound` where even its existence is not told, `Forbidden` with the scope that is missing otherwise.
pub(crate) fn access_basis(
    ctx: &Ctx,
    kind: ConversationKind,
    right: ConversationPermission,
) -> Result<AccessBasis> {
    match kind {
        ConversationKind::Direct => direct_access_basis(ctx, right),
        ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => {
            shared_access_basis(ctx, right)
        }
    }
}

fn direct_access_basis(ctx: &Ctx, right: ConversationPermission) -> Result<AccessBasis> {
    // A member needs no scope for its own, but the credential that acts for it may be narrower than the member.
    let (held, basis) = match ctx.actor {
        None => (ctx.scopes, AccessBasis::HeldScope),
        Some(_) => (ctx.granted, AccessBasis::Participation),
    };
    if !held.allows(DM_READ) {
        return Err(Error::not_found(EntityKind::Conversation));
    }
    let changes = matches!(
        right,
        ConversationPermission::Write | ConversationPermission::Manage
    );
    if changes && !held.allows(DM_WRITE) {
        return Err(Error::forbidden(ForbiddenReason::MissingScope(DM_WRITE)));
    }
    Ok(basis)
}

fn shared_access_basis(ctx: &Ctx, right: ConversationPermission) -> Result<AccessBasis> {
    match (missing_scope(ctx, right), ctx.actor) {
        (None, Some(_)) if ctx.delegated => Ok(AccessBasis::DelegatedScope),
        (None, _) => Ok(AccessBasis::HeldScope),
        (Some(_), Some(_)) => Ok(AccessBasis::Participation),
        (Some(scope), None) => Err(Error::forbidden(ForbiddenReason::MissingScope(scope))),
    }
}

/// The scope by which anybody has a right to conversations of many, where it is not held.
fn missing_scope(ctx: &Ctx, right: ConversationPermission) -> Option<Scope> {
    let (scope, or) = match right {
        ConversationPermission::Read | ConversationPermission::Manage => (CONVERSATIONS_READ, None),
        ConversationPermission::ReadMessages => (CONVERSATIONS_READ, Some(MESSAGES_READ)),
        ConversationPermission::Write => (MESSAGES_WRITE, None),
    };
    let held = ctx.allows(scope) || or.is_some_and(|or| ctx.allows(or));
    (!held).then_some(scope)
}

/// Lets a member open a direct conversation, as far as the credential that acts for it may speak there.
///
/// # Errors
/// `Forbidden` with the scope that the credential lacks.
pub(crate) fn open_direct(ctx: &Ctx) -> Result<()> {
    match ctx.granted.allows(DM_WRITE) {
        true => Ok(()),
        false => Err(Error::forbidden(ForbiddenReason::MissingScope(DM_WRITE))),
    }
}

/// The refusal of an acting member whose right would rest on a part that it does not play.
pub(crate) fn access_denied_error(
    ctx: &Ctx,
    kind: ConversationKind,
    right: ConversationPermission,
) -> Error {
    let sees = kind != ConversationKind::Direct && ctx.allows(CONVERSATIONS_READ);
    Error::forbidden(if right == ConversationPermission::Write && sees {
        ForbiddenReason::MissingScope(MESSAGES_WRITE)
    } else {
        ForbiddenReason::NotParticipant
    })
}

/// Whether a caller may see a thread that is bound to a role, or to none, where the workspace asks for roles.
pub(crate) fn is_thread_visible(ctx: &Ctx, gate: Option<CustomRoleId>) -> bool {
    match ctx.role {
        Some(carried) => Some(carried) == gate,
        None => ctx.allows(Scope::read(Resource::Admin)),
    }
}

/// Whether roles hide nothing from a caller, whatever the workspace asks for.
pub(crate) fn is_every_thread_visible(ctx: &Ctx) -> bool {
    ctx.role.is_none() && is_thread_visible(ctx, None)
}

/// Whether a caller that may write in a conversation may change this message of it: its own, or any with
/// `messages:write`; in a direct conversation nobody but a key of the workspace changes the other's words.
///
/// # Errors
/// `Forbidden` with the scope that is missing, or as somebody else's own.
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
