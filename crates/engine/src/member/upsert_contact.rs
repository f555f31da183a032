//! Creating a contact, or changing the one that is known.

use parlor_model::member::{CreateMember, UpdateMember};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};

use super::create_contact::{FingerprintSource, find_named, known};
use super::ensure::Ensured;
use super::update::{checked_changes, update_in};
use super::{create, is_contact};
use crate::Engine;

/// Creates the contact of a command, or applies `changes` to the one that it names: by its fingerprint, else by an
/// address. Requires `members:write`, and of somebody who runs the workspace what changing it requires.
///
/// # Errors
/// Those of creating and of changing a member; nothing is written then.
pub async fn upsert_contact(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMember,
    changes: UpdateMember,
    source: FingerprintSource,
) -> Result<Ensured> {
    ctx.require(Scope::write(Resource::Members))?;
    let command = create::checked(engine, ctx, command).await?;
    let changes = checked_changes(engine, ctx, changes).await?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let found = find_named(tx, ctx.ws(), &command, source)?;
            match found.filter(|found| is_contact(&found.member)) {
                Some(found) => update_in(tx, &ctx, found, &changes).map(known),
                None => Ok(Ensured {
                    member: create::insert(tx, ctx.ws(), &command)?,
                    is_new: true,
                }),
            }
        })
        .await
}
