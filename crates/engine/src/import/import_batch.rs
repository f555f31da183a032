//! Imports rows of a backup in one transaction.

use std::sync::Arc;

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::import::ImportRecord;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::audit;
use serde_json::json;

use super::row_outcome::ImportRowOutcome;
use super::{contact, conversation, message, space};
use crate::Engine;

/// Result of importing a batch.
#[derive(Debug, Default)]
pub struct ImportBatchResult {
    /// Created rows.
    pub imported: usize,
    /// Existing rows that were updated.
    pub updated: usize,
    /// Existing rows that were equal.
    pub unchanged: usize,
    /// Refused rows: line number and error.
    pub failed: Vec<(usize, Error)>,
}

/// Imports rows of a backup in their order and in one transaction.
///
/// A row that breaks a rule, refers to a missing entity or has the id of another entity is refused alone and leaves no
/// trace. Ids of other workspaces count as unknown. Requires the admin level of the imported entities, because an
/// import sets fields that the server otherwise controls.
pub async fn import_batch(
    engine: &Engine,
    ctx: &Ctx,
    rows: Vec<(usize, ImportRecord)>,
) -> Result<ImportBatchResult> {
    for (_, import) in &rows {
        ctx.require(Scope::admin(required_resource(import)))?;
    }
    let (ctx, rows) = (*ctx, Arc::new(rows));
    engine
        .store
        .write(move |tx| import_rows(tx, &ctx, &rows))
        .await
}

fn required_resource(import: &ImportRecord) -> Resource {
    match import {
        ImportRecord::Contact(_) => Resource::Members,
        ImportRecord::Space(_) => Resource::Spaces,
        ImportRecord::Conversation(_) => Resource::Conversations,
        ImportRecord::Message(_) => Resource::Messages,
    }
}

fn entity_kind(import: &ImportRecord) -> EntityKind {
    match import {
        ImportRecord::Contact(_) => EntityKind::Contact,
        ImportRecord::Space(_) => EntityKind::Space,
        ImportRecord::Conversation(_) => EntityKind::Conversation,
        ImportRecord::Message(_) => EntityKind::Message,
    }
}

fn import_rows(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    rows: &[(usize, ImportRecord)],
) -> Result<ImportBatchResult> {
    let mut batch = ImportBatchResult::default();
    for (number, import) in rows {
        // Each row is imported completely or not at all.
        let outcome = tx.attempt(|tx| match import {
            ImportRecord::Contact(contact) => contact::import_row(tx, ctx, contact),
            ImportRecord::Space(space) => space::import_row(tx, ctx, space),
            ImportRecord::Conversation(said) => conversation::import_row(tx, ctx, said),
            ImportRecord::Message(said) => message::import_row(tx, ctx, said),
        })?;
        match outcome {
            Ok(ImportRowOutcome::Imported) => batch.imported += 1,
            Ok(ImportRowOutcome::Updated) => batch.updated += 1,
            Ok(ImportRowOutcome::Unchanged) => batch.unchanged += 1,
            Err(error) if is_row_error(&error) => batch.failed.push((*number, error)),
            Err(error) => return Err(error),
        }
    }
    if let Some((_, first)) = rows.first()
        && batch.imported + batch.updated > 0
    {
        let detail = json!({ "imported": batch.imported, "updated": batch.updated });
        let workspace = ctx.workspace.id.uuid();
        audit::insert(tx, ctx, "import", entity_kind(first), workspace, &detail)?;
    }
    Ok(batch)
}

/// Returns whether an error refuses the row rather than failing the batch.
fn is_row_error(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Malformed { .. }
            | ErrorKind::Invalid { .. }
            | ErrorKind::NotFound(_)
            | ErrorKind::AlreadyExists { .. }
            | ErrorKind::Conflict(_)
            | ErrorKind::Forbidden(_)
    )
}
