//! Merges two members that are the same person.

mod identity;
mod log_rows;
mod participation;

use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::MemberId;
use parlor_model::member::{MemberKind, MemberRef};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::audit;
use parlor_store::repo::member::{self, MemberLookup, MemberRow};
use parlor_store::repo::merge::{self as repo, MovedRows};
use serde_json::json;

use self::log_rows::MovedLogRows;
use self::participation::MovedParticipations;
use crate::{Engine, authority};

/// Command to merge two members.
#[derive(Debug, Clone, Copy)]
pub struct MergeMembers {
    /// The member that is deleted.
    pub from: MemberId,
    /// The member that remains.
    pub into: MemberId,
    /// Whether differing ids and addresses of the deleted member are discarded; otherwise they are an error.
    pub discard_ids: bool,
    /// Whether to report the result without a change.
    pub is_dry_run: bool,
}

/// Result of a merge.
#[derive(Debug, Clone)]
pub struct MergeMembersResult {
    /// The remaining member.
    pub member: MemberRef,
    /// Numbers of rows that it now owns.
    pub moved: MovedRows,
    /// Numbers of its moved and merged participations.
    pub participations: MovedParticipations,
    /// Discarded ids and addresses, by field name.
    pub discarded: Vec<&'static str>,
}

/// Merges two members that share an email address or a phone number: every reference to the one is changed to the
/// other. Its messages and log entries are moved before, in bounded steps; the rest in one transaction. The next call
/// completes an interrupted merge. Keys and tokens of the deleted member are revoked, because they were issued for other
/// rights. Requires `admin:write`.
///
/// # Errors
/// `NotFound` for an unknown member; `Invalid` for the same member twice, for assistants, and without a shared address;
/// `Conflict` if the deleted member has more rights or a wallet, or if the remaining one is archived; `AlreadyExists`
/// with the field if both have a different id or address.
pub async fn merge(
    engine: &Engine,
    ctx: &Ctx,
    command: MergeMembers,
) -> Result<MergeMembersResult> {
    ctx.require(Scope::write(Resource::Admin))?;
    let before = MovedLogRows::move_or_count(engine, ctx, command).await?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            if !command.is_dry_run {
                return merge_in_tx(tx, &ctx, command, before);
            }
            // A dry run does all the other work for exact numbers, and rolls it back.
            let mut result = None;
            let undone = tx.attempt(|tx| -> Result<()> {
                result = Some(merge_in_tx(tx, &ctx, command, before)?);
                Err(Error::conflict(ConflictReason::Immutable))
            })?;
            match (result.take(), undone) {
                (Some(result), Err(_)) => Ok(result),
                (None, Err(error)) => Err(error),
                (_, Ok(())) => Err(Error::internal("a dry run was kept")),
            }
        })
        .await
}

/// Two members that may be merged.
struct MergePair {
    from: MemberRow,
    /// With the ids and addresses of both.
    into: MemberRow,
    discarded: Vec<&'static str>,
}

impl MergePair {
    /// # Errors
    /// Those of [`merge`].
    fn find(tx: &mut dyn Tx, ctx: &Ctx, command: MergeMembers) -> Result<Self> {
        let mut find = |id| {
            member::find(tx, ctx.ws(), MemberLookup::Id(id))?
                .ok_or_else(|| Error::not_found(EntityKind::Member))
        };
        let (from, mut into) = (find(command.from)?, find(command.into)?);
        for one in [&from, &into] {
            authority::authorize_manage_member(ctx, &one.member)?;
        }
        check_mergeable(&from, &into)?;
        let discarded = identity::merge_identities(&from, &mut into, command.discard_ids)?;
        Ok(Self {
            from,
            into,
            discarded,
        })
    }

    /// Returns the numbers of the members.
    fn numbers(&self) -> (i64, i64) {
        (self.from.member.key.number, self.into.member.key.number)
    }
}

fn merge_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: MergeMembers,
    mut before: MovedLogRows,
) -> Result<MergeMembersResult> {
    let ws = ctx.ws();
    let pair = MergePair::find(tx, ctx, command)?;
    let (from_number, into_number) = pair.numbers();
    if !command.is_dry_run {
        before.move_newest(tx, ws, pair.numbers())?;
    }
    let MergePair {
        from,
        into,
        discarded,
    } = pair;
    let participations = participation::move_participations(tx, ctx, from_number, into_number)?;
    let moved = MovedRows {
        messages: before.messages,
        entries: before.entries,
        ..repo::move_rows(tx, ws, from_number, into_number)?
    };
    repo::delete_merged(tx, ws, from_number)?;
    identity::write_identity(tx, ws, &from, &into)?;
    let detail = json!({
        "merged": from.member.key.id.uuid().hyphenated().to_string(),
        "messages": moved.messages,
        "conversations": participations.moved + participations.merged,
        "keys": moved.keys,
        "discarded": discarded,
    });
    let id = into.member.key.id.uuid();
    audit::insert(tx, ctx, "member.merge", EntityKind::Member, id, &detail)?;
    Ok(MergeMembersResult {
        member: into.member.key,
        moved,
        participations,
        discarded,
    })
}

/// Checks that two members may be merged.
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
    // A wallet is a public name of its member: the member with the wallet must remain.
    if from.wallet.is_some() || other.archived_at.is_some() {
        return Err(Error::conflict(ConflictReason::Immutable));
    }
    Ok(())
}
