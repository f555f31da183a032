//! The right to a conversation, looked up within the transaction that uses it.

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

/// A conversation that the caller has a right to.
#[derive(Debug, Clone)]
pub(crate) struct AccessGrant<T> {
    /// The conversation, or what was read of it.
    pub(crate) conversation: T,
    /// What the right rests on.
    pub(crate) basis: AccessBasis,
}

/// A whole conversation, for a caller with a right to it.
///
/// # Errors
/// `NotFound` for an unknown one, and the refusals of [`authorize_number`].
pub(crate) fn find_conversation(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    right: ConversationPermission,
) -> Result<AccessGrant<Conversation>> {
    let found = repo::find(tx, ctx.ws(), key)?;
    let found = found.ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    let basis = authorize_number(tx, ctx, found.number, found.kind, right)?;
    Ok(AccessGrant {
        conversation: found,
        basis,
    })
}

/// The same where its id, number and the head of its log are enough.
pub(crate) fn authorize(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    right: ConversationPermission,
) -> Result<AccessGrant<LogHead>> {
    let found = repo::find_head(tx, ctx.ws(), key)?;
    let found = found.ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    let basis = authorize_number(tx, ctx, found.number, found.kind, right)?;
    Ok(AccessGrant {
        conversation: found,
        basis,
    })
}

/// The head of a conversation whose messages the caller may read.
pub(crate) fn find_readable_head(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<LogHead> {
    authorize(tx, ctx, key, ConversationPermission::ReadMessages)
        .map(|allowed| allowed.conversation)
}

/// The number of a conversation whose messages the caller may read.
pub(crate) fn find_readable_number(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<i64> {
    find_readable_head(tx, ctx, key).map(|head| head.number)
}

/// What the caller's right to a conversation of this number and kind rests on.
///
/// # Errors
/// `NotFound` where even its existence is not told, `Forbidden` otherwise.
pub(crate) fn authorize_number(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    number: i64,
    kind: ConversationKind,
    right: ConversationPermission,
) -> Result<AccessBasis> {
    let basis = access_basis(ctx, kind, right)?;
    if kind == ConversationKind::Thread {
        require_thread_role(tx, ctx, number)?;
    }
    match (basis, own_participant_state(tx, ctx, number, basis)?) {
        (AccessBasis::Participation, part) if part != Some(ParticipantState::Joined) => {
            Err(access_denied_error(ctx, kind, right))
        }
        // To who is gone a conversation of its space is as unknown as none.
        (AccessBasis::DelegatedScope, Some(ParticipantState::Left | ParticipantState::Removed)) => {
            Err(Error::not_found(EntityKind::Conversation))
        }
        (basis, _) => Ok(basis),
    }
}

/// What is asked of a member before its own part in a conversation counts, whatever that is: direct ones as far as the
/// credential has `dm:read` and `dm:write`, threads as far as the session carries their role.
///
/// # Errors
/// `NotFound`, or `Forbidden` with the scope that is missing.
pub(crate) fn authorize_by_kind(tx: &mut dyn Tx, ctx: &Ctx, found: &Conversation) -> Result<()> {
    match found.kind {
        ConversationKind::Direct => {
            access_basis(ctx, ConversationKind::Direct, ConversationPermission::Read).map(drop)
        }
        ConversationKind::Thread => require_thread_role(tx, ctx, found.number),
        ConversationKind::Group | ConversationKind::Chat => Ok(()),
    }
}

/// Where the workspace asks for roles, a thread is as unknown as none to whoever may not see it.
fn require_thread_role(tx: &mut dyn Tx, ctx: &Ctx, number: i64) -> Result<()> {
    let gate = thread::find_role(tx, ctx.ws(), number)?;
    if is_thread_visible(ctx, gate) || !requires_roles(tx, ctx)? {
        return Ok(());
    }
    Err(Error::not_found(EntityKind::Conversation))
}

/// Which of these conversations are threads that the workspace hides from the caller, since it asks for roles.
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

/// Whether the workspace asks for roles.
pub(super) fn requires_roles(tx: &mut dyn Tx, ctx: &Ctx) -> Result<bool> {
    let workspace = workspace::find(tx, ctx.workspace.id)?;
    Ok(workspace.is_some_and(|workspace| workspace.policy.require_roles))
}

/// The part of the acting member, where the right rests on it. The maker and the subject take part from the beginning,
/// until they leave or are removed like anybody else.
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
