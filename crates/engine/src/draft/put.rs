//! Keeping what was begun.

use parlor_model::draft::{Draft, PutDraft};
use parlor_model::{Ctx, Result};
use parlor_store::repo::draft as repo;

use super::{Taken, taken, writable};
use crate::{Engine, authority};

/// Keeps a draft, new or changed. Nothing comes back, and nothing is changed, where the message was said already. An
/// id that is taken in another conversation is refused. Who may speak in the conversation may.
pub async fn put(engine: &Engine, ctx: &Ctx, command: PutDraft) -> Result<Option<Draft>> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let home = writable(tx, &ctx, command.conversation)?;
            authority::speak_as_in(tx, &ctx, &home.outline(), command.author)?;
            let conversation = home.number;
            let begun = match taken(tx, ws, command.id, conversation)? {
                Taken::Said => return Ok(None),
                Taken::Begun(earlier) => Some(earlier),
                Taken::Free => None,
            };
            let now = tx.stamp().at;
            let draft = Draft {
                id: command.id,
                conversation,
                author: begun.as_ref().map_or(command.author, |draft| draft.author),
                role: command.role,
                details: command.details.clone(),
                metadata: command.metadata.clone(),
                created_at: begun.map_or(now, |draft| draft.created_at),
                updated_at: now,
            };
            repo::put(tx, ws, &draft)?;
            Ok(Some(draft))
        })
        .await
}
