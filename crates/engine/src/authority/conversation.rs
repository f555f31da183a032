//! Access to a conversation, checked within the transaction that uses it.
//!
//! Keeps INV-23 (`docs/invariants.md`).

use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::error::EntityKind;
use parlor_model::participant::ParticipantState;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::conversation::{self as repo, LogHead};
use parlor_store::repo::{participant, thread, workspace};

use super::rules::{
    AccessBasis, ConversationPermission, access_basis, access_denied_error, is_thread_visible,
};

/// A conversation that the caller may access.
#[derive(Debug, Clone)]
pub(crate) struct AccessGrant<T> {
    /// The conversation, or the part of it that was read.
    pub(crate) conversation: T,
    /// What the access is based on.
    pub(crate) basis: AccessBasis,
}

/// Returns the whole conversation if the caller has the permission.
///
/// # Errors
/// `NotFound` for an unknown one, and the errors of [`authorize_number`].
pub(crate) fn find_conversation(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    permission: ConversationPermission,
) -> Result<AccessGrant<Conversation>> {
    let found = repo::find(tx, ctx.ws(), key)?;
    let found = found.ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    let basis = authorize_number(tx, ctx, found.number, found.kind, permission)?;
    Ok(AccessGrant {
        conversation: found,
        basis,
    })
}

/// Checks like [`find_conversation`] but reads only the id, the number and the head of the log.
pub(crate) fn authorize(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    permission: ConversationPermission,
) -> Result<AccessGrant<LogHead>> {
    let found = repo::find_head(tx, ctx.ws(), key)?;
    let found = found.ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    let basis = authorize_number(tx, ctx, found.number, found.kind, permission)?;
    Ok(AccessGrant {
        conversation: found,
        basis,
    })
}

/// Returns the log head of a conversation whose messages the caller may read.
pub(crate) fn find_readable_head(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<LogHead> {
    authorize(tx, ctx, key, ConversationPermission::ReadMessages)
        .map(|allowed| allowed.conversation)
}

/// Returns the number of a conversation whose messages the caller may read.
pub(crate) fn find_readable_number(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<i64> {
    find_readable_head(tx, ctx, key).map(|head| head.number)
}

/// Checks a permission on the conversation with this number and kind, and returns what it is based on.
///
/// # Errors
/// `NotFound` where the existence itself is hidden, otherwise `Forbidden`.
pub(crate) fn authorize_number(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    number: i64,
    kind: ConversationKind,
    permission: ConversationPermission,
) -> Result<AccessBasis> {
    let basis = access_basis(ctx, kind, permission)?;
    if kind == ConversationKind::Thread {
        require_thread_role(tx, ctx, number)?;
    }
    match (basis, own_participant_state(tx, ctx, number, basis)?) {
        (AccessBasis::Participation, part) if part != Some(ParticipantState::Joined) => {
            Err(access_denied_error(ctx, kind, permission))
        }
        // For a member that left or was removed, a conversation of its space does not exist.
        (AccessBasis::DelegatedScope, Some(ParticipantState::Left | ParticipantState::Removed)) => {
            Err(Error::not_found(EntityKind::Conversation))
        }
        (basis, _) => Ok(basis),
    }
}

/// Checks what is required before the acting member's own participation counts, whatever its state: `dm:read` and
/// `dm:write` of the credential for direct conversations, the session's role for threads.
///
/// # Errors
/// `NotFound`, or `Forbidden` with the missing scope.
pub(crate) fn authorize_by_kind(tx: &mut dyn Tx, ctx: &Ctx, found: &Conversation) -> Result<()> {
    match found.kind {
        ConversationKind::Direct => {
            access_basis(ctx, ConversationKind::Direct, ConversationPermission::Read).map(drop)
        }
        ConversationKind::Thread => require_thread_role(tx, ctx, found.number),
        ConversationKind::Group | ConversationKind::Chat => Ok(()),
    }
}

/// Hides a thread whose role the session does not carry, if the workspace requires roles.
///
/// # Errors
/// `NotFound`.
fn require_thread_role(tx: &mut dyn Tx, ctx: &Ctx, number: i64) -> Result<()> {
    let thread_role = thread::find_role(tx, ctx.ws(), number)?;
    if is_thread_visible(ctx, thread_role) || !requires_roles(tx, ctx)? {
        return Ok(());
    }
    Err(Error::not_found(EntityKind::Conversation))
}

/// Returns which of these conversations are threads hidden from the caller because the workspace requires roles.
pub(crate) fn find_hidden_threads(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    numbers: Vec<i64>,
) -> Result<Vec<i64>> {
    if !requires_roles(tx, ctx)? {
        return Ok(Vec::new());
    }
    let mut hidden = Vec::new();
    for number in numbers {
        let found = repo::find_head(tx, ctx.ws(), ConversationKey::Number(number))?;
        let is_thread = found.is_some_and(|found| found.kind == ConversationKind::Thread);
        if is_thread && !is_thread_visible(ctx, thread::find_role(tx, ctx.ws(), number)?) {
            hidden.push(number);
        }
    }
    Ok(hidden)
}

/// Returns whether the workspace requires roles.
pub(super) fn requires_roles(tx: &mut dyn Tx, ctx: &Ctx) -> Result<bool> {
    let workspace = workspace::find(tx, ctx.workspace.id)?;
    Ok(workspace.is_some_and(|workspace| workspace.policy.require_roles))
}

/// Returns the acting member's participant state if the access is based on it. Creator and subject are participants
/// from the beginning, until they leave or are removed like any other.
fn own_participant_state(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    basis: AccessBasis,
) -> Result<Option<ParticipantState>> {
    let Some(actor) = ctx.actor.filter(|_| basis != AccessBasis::HeldScope) else {
        return Ok(None);
    };
    let found = participant::find(tx, ctx.ws(), conversation, actor.number)?;
    Ok(found.map(|participant| participant.state))
}
