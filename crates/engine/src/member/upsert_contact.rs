//! Creates or updates a contact.

use parlor_model::member::{CreateMember, UpdateMember};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};

use super::create_contact::{FingerprintSource, existing_contact_result, find_matching_contact};
use super::ensure::EnsureMemberResult;
use super::update::{update_in_tx, validated_changes};
use super::{create, is_contact};
use crate::Engine;

/// Creates the contact of a command, or applies `changes` to the one it identifies: by its fingerprint, else by an
/// address. Requires `members:write`, and what updating the member requires.
///
/// # Errors
/// Those of creating and of updating a member; nothing is written then.
pub async fn upsert_contact(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMember,
    changes: UpdateMember,
    source: FingerprintSource,
) -> Result<EnsureMemberResult> {
    ctx.require(Scope::write(Resource::Members))?;
    let command = create::validated(engine, ctx, command).await?;
    let changes = validated_changes(engine, ctx, changes).await?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let found = find_matching_contact(tx, ctx.ws(), &command, source)?;
            match found.filter(|found| is_contact(&found.member)) {
                Some(found) => update_in_tx(tx, &ctx, found, &changes).map(existing_contact_result),
                None => Ok(EnsureMemberResult {
                    member: create::insert(tx, ctx.ws(), &command)?,
                    is_new: true,
                }),
            }
        })
        .await
}
