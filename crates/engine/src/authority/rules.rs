//! The rules for conversations, without a look at the database.

use parlor_model::conversation::Kind;
use parlor_model::error::{Denied, Noun};
use parlor_model::id::RoleId;
use parlor_model::message::Message;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

/// What a caller wants to do with a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
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
pub(crate) enum Basis {
    /// The credential's scopes: it holds whoever takes part.
    Scope,
    /// Scopes lent to a user in its own space: they hold until it leaves the conversation or is removed from it.
    Lent,
    /// The acting member's part in the conversation: it ends with that.
    Participation,
}

const READ_ALL: Scope = Scope::read(Resource::Conversations);
const READ_MESSAGES: Scope = Scope::read(Resource::Messages);
const WRITE_ALL: Scope = Scope::write(Resource::Messages);
const READ_DIRECT: Scope = Scope::read(Resource::Dm);
const WRITE_DIRECT: Scope = Scope::write(Resource::Dm);

/// What a right in a conversation of this kind would rest on. [`Basis::Participation`] and [`Basis::Lent`] are still to be
/// looked up.
///
/// # Errors
/// `NotFound` where even its existence is not told, `Forbidden` with the scope that is missing otherwise.
pub(crate) fn decide(ctx: &Ctx, kind: Kind, right: Right) -> Result<Basis> {
    match kind {
        Kind::Direct => direct(ctx, right),
        Kind::Group | Kind::Chat | Kind::Thread => shared(ctx, right),
    }
}

fn direct(ctx: &Ctx, right: Right) -> Result<Basis> {
    // A member needs no scope for its own, but the credential that acts for it may be narrower than the member.
    let (held, basis) = match ctx.actor {
        None => (ctx.scopes, Basis::Scope),
        Some(_) => (ctx.granted, Basis::Participation),
    };
    if !held.allow(READ_DIRECT) {
        return Err(Error::not_found(Noun::Conversation));
    }
    let changes = matches!(right, Right::Write | Right::Manage);
    if changes && !held.allow(WRITE_DIRECT) {
        return Err(Error::forbidden(Denied::MissingScope(WRITE_DIRECT)));
    }
    Ok(basis)
}

fn shared(ctx: &Ctx, right: Right) -> Result<Basis> {
    match (missing(ctx, right), ctx.actor) {
        (None, Some(_)) if ctx.lent => Ok(Basis::Lent),
        (None, _) => Ok(Basis::Scope),
        (Some(_), Some(_)) => Ok(Basis::Participation),
        (Some(scope), None) => Err(Error::forbidden(Denied::MissingScope(scope))),
    }
}

/// The scope by which anybody has a right to conversations of many, where it is not held.
fn missing(ctx: &Ctx, right: Right) -> Option<Scope> {
    let (scope, or) = match right {
        Right::Read | Right::Manage => (READ_ALL, None),
        Right::ReadMessages => (READ_ALL, Some(READ_MESSAGES)),
        Right::Write => (WRITE_ALL, None),
    };
    let held = ctx.allows(scope) || or.is_some_and(|or| ctx.allows(or));
    (!held).then_some(scope)
}

/// Lets a member open a direct conversation, as far as the credential that acts for it may speak there.
///
/// # Errors
/// `Forbidden` with the scope that the credential lacks.
pub(crate) fn open_direct(ctx: &Ctx) -> Result<()> {
    match ctx.granted.allow(WRITE_DIRECT) {
        true => Ok(()),
        false => Err(Error::forbidden(Denied::MissingScope(WRITE_DIRECT))),
    }
}

/// The refusal of an acting member whose right would rest on a part that it does not play.
pub(crate) fn refusal(ctx: &Ctx, kind: Kind, right: Right) -> Error {
    let sees = kind != Kind::Direct && ctx.allows(READ_ALL);
    Error::forbidden(if right == Right::Write && sees {
        Denied::MissingScope(WRITE_ALL)
    } else {
        Denied::NotParticipant
    })
}

/// Whether a caller may see a thread that is bound to a role, or to none, where the workspace asks for roles.
pub(crate) fn passes_gate(ctx: &Ctx, gate: Option<RoleId>) -> bool {
    match ctx.role {
        Some(carried) => Some(carried) == gate,
        None => ctx.allows(Scope::read(Resource::Admin)),
    }
}

/// Whether roles hide nothing from a caller, whatever the workspace asks for.
pub(crate) fn passes_every_gate(ctx: &Ctx) -> bool {
    ctx.role.is_none() && passes_gate(ctx, None)
}

/// Whether a caller that may write in a conversation may change this message of it: its own, or any with
/// `messages:write`; in a direct conversation nobody but a key of the workspace changes the other's words.
///
/// # Errors
/// `Forbidden` with the scope that is missing, or as somebody else's own.
pub(crate) fn own_message(ctx: &Ctx, kind: Kind, message: &Message) -> Result<()> {
    let author = message.author.as_ref();
    if author.is_some_and(|author| ctx.is_actor(author.number)) {
        return Ok(());
    }
    if kind == Kind::Direct && ctx.actor.is_some() {
        return Err(Error::forbidden(Denied::NotOwn));
    }
    ctx.require(WRITE_ALL)
}
