//! The rights to another member: to change it, and to act as it.

use parlor_model::access::Role;
use parlor_model::conversation::Kind;
use parlor_model::error::{Denied, Noun};
use parlor_model::member::Member;
use parlor_model::outline::Outline;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::follow::Among;
use parlor_store::repo::member::{self as repo, By};

use crate::Engine;

/// Lets a caller that holds `members:write` change, archive or delete a member: itself always; one who runs the
/// workspace, or holds scopes of its own, with `admin:write` and by nobody below it.
///
/// # Errors
/// `Forbidden` with the scope that is missing, or as outranked.
pub(crate) fn manage(ctx: &Ctx, target: &Member) -> Result<()> {
    if ctx.is_actor(target.key.number) {
        return Ok(());
    }
    let runs = matches!(target.role, Some(Role::Owner | Role::Manager));
    if runs || target.scopes != Scopes::NONE {
        ctx.require(Scope::write(Resource::Admin))?;
    }
    outrank(ctx, target.role)
}

/// Which members lists and searches show a caller that knows none of them: those that hold a wallet, whose address is a
/// public name, and with `members:read` all. Contacts that another vocabulary keeps are so nobody's to find.
pub(crate) fn discoverable(ctx: &Ctx) -> Among {
    if ctx.allows(Scope::read(Resource::Members)) {
        Among::Everybody
    } else {
        Among::WalletHolders
    }
}

/// Lets a caller give a role in the workspace, or scopes of its own, to a member: with `admin:write` where that is more
/// than a user has, and none above its own.
///
/// # Errors
/// `Forbidden` with the scope that is missing, or as outranked.
pub(crate) fn grant(ctx: &Ctx, role: Option<Role>, scopes: Scopes) -> Result<()> {
    if matches!(role, Some(Role::Owner | Role::Manager)) || scopes != Scopes::NONE {
        ctx.require(Scope::write(Resource::Admin))?;
    }
    outrank(ctx, role)
}

/// Lets a caller act as a member: speak in its name, open its sockets, make its tokens. Itself always; one without a role
/// in the workspace by the scope that the route asks for; one with a role only with `admin:write`, and by nobody below
/// it. What may be done then is what the member may do, narrowed by the caller's credential.
///
/// # Errors
/// `NotFound` for an unknown or archived member, `Forbidden` otherwise.
pub(crate) fn act_as(tx: &mut dyn Tx, ctx: &Ctx, member: i64) -> Result<()> {
    if ctx.is_actor(member) {
        return Ok(());
    }
    let found = repo::find(tx, ctx.ws(), By::Number(member))?
        .map(|found| found.member)
        .filter(|found| found.archived_at.is_none())
        .ok_or_else(|| Error::not_found(Noun::Member))?;
    if found.role.is_some() {
        ctx.require(Scope::write(Resource::Admin))?;
    }
    outrank(ctx, found.role)
}

/// Lets a caller that may write in a conversation say something there in a member's name: its own always, that of the
/// assistant that serves the conversation too; anybody else's as [`act_as`] allows, and in a direct conversation only
/// with `dm:write`.
///
/// # Errors
/// As [`act_as`].
pub(crate) fn speak_as_in(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: &Outline,
    author: Option<i64>,
) -> Result<()> {
    match stranger(ctx, conversation, author)? {
        None => Ok(()),
        Some(author) => act_as(tx, ctx, author),
    }
}

/// The same outside of a transaction, which is begun only where the member's role has to be read.
pub(crate) async fn speak_as(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &Outline,
    author: Option<i64>,
) -> Result<()> {
    let Some(author) = stranger(ctx, conversation, author)? else {
        return Ok(());
    };
    let ctx = *ctx;
    let read = engine.store.read(move |tx| act_as(tx, &ctx, author));
    read.await
}

/// The author whose role in the workspace is still to be looked up.
fn stranger(ctx: &Ctx, conversation: &Outline, author: Option<i64>) -> Result<Option<i64>> {
    let is_own = |author: &i64| ctx.is_actor(*author) || conversation.assistant == Some(*author);
    let Some(author) = author.filter(|author| !is_own(author)) else {
        return Ok(None);
    };
    if conversation.kind == Kind::Direct {
        ctx.require(Scope::write(Resource::Dm))?;
    }
    Ok((!is_above_all(ctx)).then_some(author))
}

/// Nobody is above the workspace's owner, or a key of the workspace with the scope: no role need be looked up.
fn is_above_all(ctx: &Ctx) -> bool {
    let is_top = ctx
        .actor
        .is_none_or(|actor| actor.role == Some(Role::Owner));
    is_top && ctx.allows(Scope::write(Resource::Admin))
}

fn outrank(ctx: &Ctx, target: Option<Role>) -> Result<()> {
    match ctx.actor {
        Some(actor) if rank(actor.role) < rank(target) => Err(Error::forbidden(Denied::Outranked)),
        _ => Ok(()),
    }
}

/// How much a role may.
pub(crate) const fn rank(role: Option<Role>) -> u8 {
    match role {
        None => 0,
        Some(Role::User) => 1,
        Some(Role::Manager) => 2,
        Some(Role::Owner) => 3,
    }
}
