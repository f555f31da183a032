//! Merging two members that are one person.

mod identity;
mod participation;

use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::MemberId;
use parlor_model::member::{MemberKind, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::audit;
use parlor_store::repo::member::{self as members, MemberLookup, MemberRow};
use parlor_store::repo::merge::{self as repo, MovedRows};
use serde_json::json;

use self::participation::MovedParticipations;
use crate::{Engine, authority};

/// Which member becomes which.
#[derive(Debug, Clone, Copy)]
pub struct MergeMembers {
    /// Who is no more afterwards.
    pub from: MemberId,
    /// Who stays.
    pub into: MemberId,
    /// Gives up ids and addresses of the one where the other has others; refused otherwise.
    pub discard_ids: bool,
    /// Tells what would happen, and changes nothing.
    pub is_dry_run: bool,
}

/// What became of two members.
#[derive(Debug, Clone)]
pub struct MergeMembersResult {
    /// Who is left.
    pub member: MemberRef,
    /// How many rows are its own now.
    pub moved: MovedRows,
    /// How many places in conversations are its own now, and how many the two had both.
    pub participations: MovedParticipations,
    /// Ids and addresses that name nobody any more.
    pub discarded: Vec<&'static str>,
}

/// Makes one member of two that have an email address or a phone number in common: whatever refers to the one refers to
/// the other afterwards, in one transaction. Keys and tokens of the one end, since they were given to somebody who may do
/// other things. Asks for `admin:write`.
///
/// # Errors
/// `NotFound` for somebody unknown; `Invalid` for one member named twice, for assistants, and for two who have no address in
/// common; `Conflict` where the one may do more than the other, signs in with a wallet, or where the other is put away;
/// `AlreadyExists` with the field where both have an id or an address that differ.
pub async fn merge(
    engine: &Engine,
    ctx: &Ctx,
    command: MergeMembers,
) -> Result<MergeMembersResult> {
    ctx.require(Scope::write(Resource::Admin))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            if !command.is_dry_run {
                return merge_in_tx(tx, &ctx, command);
            }
            // Done, so that it is told exactly, and taken back.
            let mut told = None;
            let undone = tx.attempt(|tx| -> Result<()> {
                told = Some(merge_in_tx(tx, &ctx, command)?);
                Err(Error::conflict(ConflictReason::Immutable))
            })?;
            match (told.take(), undone) {
                (Some(told), Err(_)) => Ok(told),
                (None, Err(error)) => Err(error),
                (_, Ok(())) => Err(Error::internal("a dry run was kept")),
            }
        })
        .await
}

fn merge_in_tx(tx: &mut dyn Tx, ctx: &Ctx, command: MergeMembers) -> Result<MergeMembersResult> {
    let ws = ctx.ws();
    let mut find = |id| {
        members::find(tx, ws, MemberLookup::Id(id))?
            .ok_or_else(|| Error::not_found(EntityKind::Member))
    };
    let (from, mut into) = (find(command.from)?, find(command.into)?);
    for one in [&from, &into] {
        authority::authorize_manage_member(ctx, &one.member)?;
    }
    check_mergeable(&from, &into)?;
    let discarded = identity::merge_identities(&from, &mut into, command.discard_ids)?;
    let (gone, stays) = (from.member.key.number, into.member.key.number);
    let places = participation::move_participations(tx, ctx, gone, stays)?;
    let moved = repo::move_rows(tx, ws, gone, stays)?;
    repo::delete_merged(tx, ws, gone)?;
    identity::write_identity(tx, ws, &from, &into)?;
    let detail = json!({
        "merged": from.member.key.id.uuid().hyphenated().to_string(),
        "messages": moved.messages,
        "conversations": places.moved + places.merged,
        "keys": moved.keys,
        "discarded": discarded,
    });
    let id = into.member.key.id.uuid();
    audit::insert(tx, ctx, "member.merge", EntityKind::Member, id, &detail)?;
    Ok(MergeMembersResult {
        member: into.member.key,
        moved,
        participations: places,
        discarded,
    })
}

/// Two that may be one.
fn check_mergeable(from: &MemberRow, into: &MemberRow) -> Result<()> {
    let (one, other) = (&from.member, &into.member);
    if one.key.number == other.key.number {
        return Err(Error::invalid("into", "must be another member"));
    }
    if [one, other]
        .iter()
        .any(|member| member.key.kind == MemberKind::Assistant)
    {
        return Err(Error::invalid("member", "must not be an assistant"));
    }
    if !identity::share_address(from, into) {
        return Err(Error::invalid(
            "member",
            "must have an email address or a phone number in common with the other",
        ));
    }
    if authority::role_rank(one.role) > authority::role_rank(other.role) {
        return Err(Error::conflict(ConflictReason::HasRole));
    }
    // A wallet is the name under which others know its owner: the one with the wallet stays.
    if from.wallet.is_some() || other.archived_at.is_some() {
        return Err(Error::conflict(ConflictReason::Immutable));
    }
    Ok(())
}
