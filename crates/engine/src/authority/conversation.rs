//! The right to a conversation, looked up within the transaction that uses it.

use parlor_model::conversation::{Conversation, ConversationKey, Kind};
use parlor_model::error::Noun;
use parlor_model::participant::State;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::conversation::{self as repo, Head};
use parlor_store::repo::{participant, thread, workspace};

use super::rules::{Basis, Right, decide, passes_gate, refusal};

/// A conversation that the caller has a right to.
#[derive(Debug, Clone)]
pub(crate) struct Allowed<T> {
    /// The conversation, or what was read of it.
    pub(crate) found: T,
    /// What the right rests on.
    pub(crate) basis: Basis,
}

/// A whole conversation, for a caller with a right to it.
///
/// # Errors
/// `NotFound` for an unknown one, and the refusals of [`authorize_number`].
pub(crate) fn find(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    right: Right,
) -> Result<Allowed<Conversation>> {
    let found = repo::find(tx, ctx.ws(), key)?;
    let found = found.ok_or_else(|| Error::not_found(Noun::Conversation))?;
    let basis = authorize_number(tx, ctx, found.number, found.kind, right)?;
    Ok(Allowed { found, basis })
}

/// The same where its id, number and the head of its log are enough.
pub(crate) fn authorize(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    right: Right,
) -> Result<Allowed<Head>> {
    let found = repo::head(tx, ctx.ws(), key)?;
    let found = found.ok_or_else(|| Error::not_found(Noun::Conversation))?;
    let basis = authorize_number(tx, ctx, found.number, found.kind, right)?;
    Ok(Allowed { found, basis })
}

/// The head of a conversation whose messages the caller may read.
pub(crate) fn head(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Head> {
    authorize(tx, ctx, key, Right::ReadMessages).map(|allowed| allowed.found)
}

/// The number of a conversation whose messages the caller may read.
pub(crate) fn number(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<i64> {
    head(tx, ctx, key).map(|head| head.number)
}

/// What the caller's right to a conversation of this number and kind rests on.
///
/// # Errors
/// `NotFound` where even its existence is not told, `Forbidden` otherwise.
pub(crate) fn authorize_number(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    number: i64,
    kind: Kind,
    right: Right,
) -> Result<Basis> {
    let basis = decide(ctx, kind, right)?;
    if kind == Kind::Thread {
        pass_gate(tx, ctx, number)?;
    }
    match (basis, own_part(tx, ctx, number, basis)?) {
        (Basis::Participation, part) if part != Some(State::Joined) => {
            Err(refusal(ctx, kind, right))
        }
        // To who is gone a conversation of its space is as unknown as none.
        (Basis::Lent, Some(State::Left | State::Removed)) => {
            Err(Error::not_found(Noun::Conversation))
        }
        (basis, _) => Ok(basis),
    }
}

/// What is asked of a member before its own part in a conversation counts, whatever that is: direct ones as far as the
/// credential has `dm:read` and `dm:write`, threads as far as the session carries their role.
///
/// # Errors
/// `NotFound`, or `Forbidden` with the scope that is missing.
pub(crate) fn standing(tx: &mut dyn Tx, ctx: &Ctx, found: &Conversation) -> Result<()> {
    match found.kind {
        Kind::Direct => decide(ctx, Kind::Direct, Right::Read).map(drop),
        Kind::Thread => pass_gate(tx, ctx, found.number),
        Kind::Group | Kind::Chat => Ok(()),
    }
}

/// Where the workspace asks for roles, a thread is as unknown as none to whoever may not see it.
fn pass_gate(tx: &mut dyn Tx, ctx: &Ctx, number: i64) -> Result<()> {
    let gate = thread::gate(tx, ctx.ws(), number)?;
    if passes_gate(ctx, gate) || !asks_for_roles(tx, ctx)? {
        return Ok(());
    }
    Err(Error::not_found(Noun::Conversation))
}

/// Which of these conversations are threads that the workspace hides from the caller, since it asks for roles.
pub(crate) fn hidden(tx: &mut dyn Tx, ctx: &Ctx, numbers: Vec<i64>) -> Result<Vec<i64>> {
    if !asks_for_roles(tx, ctx)? {
        return Ok(Vec::new());
    }
    let mut hidden = Vec::new();
    for number in numbers {
        let found = repo::head(tx, ctx.ws(), ConversationKey::Number(number))?;
        let is_thread = found.is_some_and(|found| found.kind == Kind::Thread);
        if is_thread && !passes_gate(ctx, thread::gate(tx, ctx.ws(), number)?) {
            hidden.push(number);
        }
    }
    Ok(hidden)
}

/// Whether the workspace asks for roles.
pub(super) fn asks_for_roles(tx: &mut dyn Tx, ctx: &Ctx) -> Result<bool> {
    let workspace = workspace::find(tx, ctx.workspace.id)?;
    Ok(workspace.is_some_and(|workspace| workspace.policy.require_roles))
}

/// The part of the acting member, where the right rests on it. The maker and the subject take part from the beginning,
/// until they leave or are removed like anybody else.
fn own_part(tx: &mut dyn Tx, ctx: &Ctx, conversation: i64, basis: Basis) -> Result<Option<State>> {
    let Some(actor) = ctx.actor.filter(|_| basis != Basis::Scope) else {
        return Ok(None);
    };
    let found = participant::find(tx, ctx.ws(), conversation, actor.number)?;
    Ok(found.map(|participant| participant.state))
}
