//! Keeping what was begun.

use parlor_model::draft::{Draft, PutDraft};
use parlor_model::{Ctx, Metadata, Result};
use parlor_store::repo::draft as repo;

use super::{Taken, taken, writable};
use crate::{Engine, authority};

/// Keeps a draft, new or changed; what the command leaves out of an earlier one stays. Nothing comes back, and nothing
/// is changed, where the message was said already. An id that is taken in another conversation is refused. Who may
/// speak in the conversation may.
pub async fn put(engine: &Engine, ctx: &Ctx, command: PutDraft) -> Result<Option<Draft>> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let home = writable(tx, &ctx, command.conversation)?;
            authority::speak_as_in(tx, &ctx, &home.outline(), command.author)?;
            let conversation = home.number;
            // Nobody finishes the draft, closes the conversation or removes its author meanwhile.
            tx.hold_head(ws, conversation)?;
            let begun = match taken(tx, ws, command.id, conversation)? {
                Taken::Said => return Ok(None),
                Taken::Begun(earlier) => Some(*earlier),
                Taken::Free => None,
            };
            let now = tx.stamp().at;
            let mut draft = begun.unwrap_or_else(|| Draft {
                id: command.id,
                conversation,
                author: command.author,
                role: command.role,
                details: parlor_model::details::Details::default(),
                metadata: Metadata::default(),
                created_at: now,
                updated_at: now,
            });
            draft.role = command.role;
            draft.updated_at = now;
            command.details.apply(&mut draft.details);
            draft.metadata = merged(draft.metadata, &command)?;
            repo::put(tx, ws, &draft)?;
            Ok(Some(draft))
        })
        .await
}

/// What metadata become of by a command.
pub(super) fn merged(earlier: Metadata, command: &PutDraft) -> Result<Metadata> {
    match &command.metadata {
        None => Ok(earlier),
        Some(None) => Ok(Metadata::default()),
        Some(Some(patch)) => Metadata::new(earlier.merge(patch).into_map(), "metadata"),
    }
}
