//! Some lines of a backup, in one transaction.

use std::sync::Arc;

use parlor_model::error::{Kind, Noun};
use parlor_model::import::Import;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::audit;
use serde_json::json;

use super::{contact, conversation, message, space};
use crate::Engine;

/// What became of some lines.
#[derive(Debug, Default)]
pub struct Batch {
    /// Rows that were made.
    pub imported: usize,
    /// Rows that were there and are now as the backup says.
    pub updated: usize,
    /// Rows that were there as the backup says.
    pub unchanged: usize,
    /// Lines that were refused, by their number, and why.
    pub failed: Vec<(usize, Error)>,
}

/// What became of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Imported,
    Updated,
    Unchanged,
}

/// Takes lines of a backup, in their order and in one transaction. A line that breaks a rule, names what is not
/// there, or has an id that is something else's is refused alone and leaves nothing; ids of other workspaces are as unknown as nobody's.
/// Asks for the admin level of what is imported, since it sets what is otherwise the server's to decide.
pub async fn batch(engine: &Engine, ctx: &Ctx, lines: Vec<(usize, Import)>) -> Result<Batch> {
    for (_, import) in &lines {
        ctx.require(Scope::admin(resource(import)))?;
    }
    let (ctx, lines) = (*ctx, Arc::new(lines));
    engine.store.write(move |tx| take(tx, &ctx, &lines)).await
}

fn resource(import: &Import) -> Resource {
    match import {
        Import::Contact(_) => Resource::Members,
        Import::Space(_) => Resource::Spaces,
        Import::Conversation(_) => Resource::Conversations,
        Import::Message(_) => Resource::Messages,
    }
}

fn noun(import: &Import) -> Noun {
    match import {
        Import::Contact(_) => Noun::Contact,
        Import::Space(_) => Noun::Space,
        Import::Conversation(_) => Noun::Conversation,
        Import::Message(_) => Noun::Message,
    }
}

fn take(tx: &mut dyn Tx, ctx: &Ctx, lines: &[(usize, Import)]) -> Result<Batch> {
    let mut batch = Batch::default();
    for (number, import) in lines {
        // All of a line or nothing of it.
        let taken = tx.attempt(|tx| match import {
            Import::Contact(contact) => contact::take(tx, ctx, contact),
            Import::Space(space) => space::take(tx, ctx, space),
            Import::Conversation(said) => conversation::take(tx, ctx, said),
            Import::Message(said) => message::take(tx, ctx, said),
        })?;
        match taken {
            Ok(Outcome::Imported) => batch.imported += 1,
            Ok(Outcome::Updated) => batch.updated += 1,
            Ok(Outcome::Unchanged) => batch.unchanged += 1,
            Err(error) if is_the_lines(&error) => batch.failed.push((*number, error)),
            Err(error) => return Err(error),
        }
    }
    if let Some((_, first)) = lines.first()
        && batch.imported + batch.updated > 0
    {
        let detail = json!({ "imported": batch.imported, "updated": batch.updated });
        let workspace = ctx.workspace.id.uuid();
        audit::insert(tx, ctx, "import", noun(first), workspace, &detail)?;
    }
    Ok(batch)
}

/// Whether an error is a refusal of the line, and not a failure of the whole.
fn is_the_lines(error: &Error) -> bool {
    matches!(
        error.kind(),
        Kind::Malformed { .. }
            | Kind::Invalid { .. }
            | Kind::NotFound(_)
            | Kind::AlreadyExists { .. }
            | Kind::Conflict(_)
            | Kind::Forbidden(_)
    )
}
