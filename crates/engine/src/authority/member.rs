//! The rights to another member: to change it, and to act as it.

use parlor_model::access::WorkspaceRole;
use parlor_model::conversation::ConversationKind;
use parlor_model::conversation_header::ConversationHeader;
use parlor_model::error::{EntityKind, ForbiddenReason};
use parlor_model::member::Member;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::follow::DiscoveryScope;
use parlor_store::repo::member::{self as repo, MemberLookup};

use crate::Engine;

/// Lets a caller that holds `members:write` change, archive or delete a member: itself always; one who runs the
/// workspace, or holds scopes of its own, with `admin:write` and by nobody below it.
///
/// # Errors
/// `Forbidden` with the scope that is missing, or as outranked.
pub(crate) fn authorize_manage_member(ctx: &Ctx, target: &Member) -> Result<()> {
    if ctx.is_actor(target.key.number) {
        return Ok(());
    }
    let runs = matches!(
        target.role,
        Some(WorkspaceRole::Owner | WorkspaceRole::Manager)
    );
    if runs || target.scopes != Scopes::NONE {
        ctx.require(Scope::write(Resource::Admin))?;
    }
    require_outranks(ctx, target.role)
}

/// Which members lists and searches show a caller that knows none of them: those that hold a wallet, whose address is a
/// public name, and with `members:read` all. Contacts that another vocabulary keeps are so nobody's to find.
pub(crate) fn discoverable_members(ctx: &Ctx) -> DiscoveryScope {
    if ctx.allows(Scope::read(Resource::Members)) {
        DiscoveryScope::AllMembers
    } else {
        DiscoveryScope::WalletHolders
    }
}

/// Lets a caller give a role in the workspace, or scopes of its own, to a member: with `admin:write` where that is more
/// than a user has, and none above its own.
///
/// # Errors
/// `Forbidden` with the scope that is missing, or as outranked.
pub(crate) fn authorize_role_grant(
    ctx: &Ctx,
    role: Option<WorkspaceRole>,
    scopes: Scopes,
) -> Result<()> {
    if matches!(role, Some(WorkspaceRole::Owner | WorkspaceRole::Manager)) || scopes != Scopes::NONE
    {
        ctx.require(Scope::write(Resource::Admin))?;
    }
    require_outranks(ctx, role)
}

/// Lets a caller act as a member: speak in its name, open its sockets, make its tokens. Itself always; one without a role
/// in the workspace by the scope that the route asks for; one with a role only with `admin:write`, and by nobody below
/// it. What may be done then is what the member may do, narrowed by the caller's credential.
///
/// # Errors
/// `NotFound` for an unknown or archived member, `Forbidden` otherwise.
pub(crate) fn authorize_act_as(tx: &mut dyn Tx, ctx: &Ctx, member: i64) -> Result<()> {
    if ctx.is_actor(member) {
        return Ok(());
    }
    let found = repo::find(tx, ctx.ws(), MemberLookup::Number(member))?
        .map(|found| found.member)
        .filter(|found| found.archived_at.is_none())
        .ok_or_else(|| Error::not_found(EntityKind::Member))?;
    if found.role.is_some() {
        ctx.require(Scope::write(Resource::Admin))?;
    }
    require_outranks(ctx, found.role)
}

/// Lets a caller that may write in a conversation say something there in a member's name: its own always, that of the
/// assistant that serves the conversation too; anybody else's as [`authorize_act_as`] allows, and in a direct conversation only
/// with `dm:write`.
///
/// # Errors
/// As [`authorize_act_as`].
pub(crate) fn authorize_author_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: &ConversationHeader,
    author: Option<i64>,
) -> Result<()> {
    match unverified_author(ctx, conversation, author)? {
        None => Ok(()),
        Some(author) => authorize_act_as(tx, ctx, author),
    }
}

/// The same outside of a transaction, which is begun only where the member's role has to be read.
pub(crate) async fn authorize_author(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &ConversationHeader,
    author: Option<i64>,
) -> Result<()> {
    let Some(author) = unverified_author(ctx, conversation, author)? else {
        return Ok(());
    };
    let ctx = *ctx;
    let read = engine
        .store
        .read(move |tx| authorize_act_as(tx, &ctx, author));
    read.await
}

/// The author whose role in the workspace is still to be looked up.
fn unverified_author(
    ctx: &Ctx,
    conversation: &ConversationHeader,
    author: Option<i64>,
) -> Result<Option<i64>> {
    let is_own = |author: &i64| ctx.is_actor(*author) || conversation.assistant == Some(*author);
    let Some(author) = author.filter(|author| !is_own(author)) else {
        return Ok(None);
    };
    if conversation.kind == ConversationKind::Direct {
        ctx.require(Scope::write(Resource::Dm))?;
    }
    Ok((!outranks_everyone(ctx)).then_some(author))
}

/// Nobody is above the workspace's owner, or a key of the workspace with the scope: no role need be looked up.
fn outranks_everyone(ctx: &Ctx) -> bool {
    let is_top = ctx
        .actor
        .is_none_or(|actor| actor.role == Some(WorkspaceRole::Owner));
    is_top && ctx.allows(Scope::write(Resource::Admin))
}

fn require_outranks(ctx: &Ctx, target: Option<WorkspaceRole>) -> Result<()> {
    match ctx.actor {
        Some(actor) if role_rank(actor.role) < role_rank(target) => {
            Err(Error::forbidden(ForbiddenReason::Outranked))
        }
        _ => Ok(()),
    }
}

/// How much a role may.
pub(crate) const fn role_rank(role: Option<WorkspaceRole>) -> u8 {
    match role {
        None => 0,
        Some(WorkspaceRole::User) => 1,
        Some(WorkspaceRole::Manager) => 2,
        Some(WorkspaceRole::Owner) => 3,
    }
}
