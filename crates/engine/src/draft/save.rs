//! Saves a draft.

use parlor_model::draft::{Draft, SaveDraft};
use parlor_model::{Ctx, Metadata, Result};
use parlor_store::repo::draft as repo;

use super::{IdUse, authorize_write, id_use};
use crate::{Engine, authority};

/// Creates or updates a draft; omitted fields keep their earlier values. Returns `None` and changes nothing if the
/// message is published already. Requires write permission.
///
/// # Errors
/// `Forbidden` for an id that is used in another conversation.
pub async fn save(engine: &Engine, ctx: &Ctx, command: SaveDraft) -> Result<Option<Draft>> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let target = authorize_write(tx, &ctx, command.conversation)?;
            authority::authorize_author_in_tx(tx, &ctx, &target.to_header(), command.author)?;
            let conversation = target.number;
            // Locks out concurrent publishing of the draft, closing of the conversation and removal of the author.
            tx.lock_head(ws, conversation)?;
            let stored = match id_use(tx, ws, command.id, conversation)? {
                IdUse::Message => return Ok(None),
                IdUse::Draft(earlier) => Some(*earlier),
                IdUse::Unused => None,
            };
            let now = tx.next_stamp().at;
            let mut draft = stored.unwrap_or_else(|| Draft {
                id: command.id,
                conversation,
                author: command.author,
                role: command.role,
                details: parlor_model::message_details::MessageDetails::default(),
                metadata: Metadata::default(),
                created_at: now,
                updated_at: now,
            });
            draft.role = command.role;
            draft.updated_at = now;
            command.details.apply(&mut draft.details);
            draft.metadata = merged_metadata(draft.metadata, &command)?;
            repo::save(tx, ws, &draft)?;
            Ok(Some(draft))
        })
        .await
}

/// Returns the metadata after a command.
pub(super) fn merged_metadata(earlier: Metadata, command: &SaveDraft) -> Result<Metadata> {
    match &command.metadata {
        None => Ok(earlier),
        Some(None) => Ok(Metadata::default()),
        Some(Some(patch)) => Metadata::new(earlier.merge(patch).into_map(), "metadata"),
    }
}
