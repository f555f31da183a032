//! Links phone numbers to workflows.

use parlor_model::error::EntityKind;
use parlor_model::phone_number::{PhoneNumber, PhoneNumberKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::WorkflowKey;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{phone_number as repo, workflow as workflows};

use super::find::find_in_tx;
use crate::Engine;
use crate::workflow;

/// Makes a phone number the default of a workflow's draft. Requires `phones:write` and `workflows:write`.
///
/// # Errors
/// `NotFound` also for an archived phone number or workflow.
pub async fn link(
    engine: &Engine,
    ctx: &Ctx,
    key: PhoneNumberKey,
    to: WorkflowKey,
) -> Result<PhoneNumber> {
    ctx.require(Scope::write(Resource::Phones))?;
    ctx.require(Scope::write(Resource::Workflows))?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let phone_number = find_in_tx(tx, ws, key)?;
            if phone_number.archived_at.is_some() {
                return Err(Error::not_found(EntityKind::PhoneNumber));
            }
            let mut found = workflow::find_in_tx(tx, ws, to)?;
            if found.archived_at.is_some() {
                return Err(Error::not_found(EntityKind::Workflow));
            }
            if found.draft.default_phone_number != Some(phone_number.number) {
                found.draft.default_phone_number = Some(phone_number.number);
                workflows::update(tx, ws, &found)?;
            }
            Ok(phone_number)
        })
        .await
}

/// Returns at most 1,000 phone numbers, oldest first, that are neither archived nor used by a workflow. Requires
/// `phones:read`.
pub async fn list_linkable(engine: &Engine, ctx: &Ctx) -> Result<Vec<PhoneNumber>> {
    ctx.require(Scope::read(Resource::Phones))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::list_linkable(tx, ws))
        .await
}
