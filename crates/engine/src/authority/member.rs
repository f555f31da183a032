//! Permission to change another member, and to act as it.

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

/// Checks that a caller with `members:write` may change, archive or delete a member. The member itself always may; a
/// member with a workspace role or own scopes also needs `admin:write`, and a caller of no lower role.
///
/// # Errors
/// `Forbidden` with the missing scope, or as outranked.
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

/// Returns which members lists and searches show to the caller: with `members:read` all, otherwise those with a wallet,
/// whose address is a public name. Contacts kept by another dialect are therefore not discoverable.
pub(crate) fn discoverable_members(ctx: &Ctx) -> DiscoveryScope {
    if ctx.allows(Scope::read(Resource::Members)) {
        DiscoveryScope::AllMembers
    } else {
        DiscoveryScope::WalletHolders
    }
}

/// Checks that a caller may grant a workspace role, or own scopes, to a member: more than a user's needs `admin:write`,
/// and no role above the caller's own can be granted.
///
/// # Errors
/// `Forbidden` with the missing scope, or as outranked.
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

/// Checks that a caller may act as a member: send in its name, open its sockets, issue its tokens.
///
/// The member itself always may. For a member without a workspace role the route's scope suffices; for one with a role
/// `admin:write` and a caller of no lower role are required. The resulting rights are the member's, narrowed by the
/// caller's credential.
///
/// # Errors
/// `NotFound` for an unknown or archived member, otherwise `Forbidden`.
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

/// Checks that a caller with write permission in a conversation may send there in an author's name: its own, or that of
/// the conversation's assistant. Any other author requires what [`authorize_act_as`] requires, and in a direct
/// conversation `dm:write`.
///
/// # Errors
/// Those of [`authorize_act_as`].
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

/// Checks like [`authorize_author_in_tx`], and begins a transaction only if the author's role has to be read.
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

/// Returns the author whose workspace role still has to be read, if any.
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

/// Returns whether the caller is the owner, or an unbound key with `admin:write`: no member outranks it, so no role has
/// to be read.
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

/// Returns the rank of a role; higher ranks have more rights.
pub(crate) const fn role_rank(role: Option<WorkspaceRole>) -> u8 {
    match role {
        None => 0,
        Some(WorkspaceRole::User) => 1,
        Some(WorkspaceRole::Manager) => 2,
        Some(WorkspaceRole::Owner) => 3,
    }
}
