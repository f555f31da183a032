//! What a member makes of a conversation for itself.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::ForbiddenReason;
use parlor_model::participant_commands::UpdateParticipantSettings;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::participant;

use crate::Engine;
use crate::conversation::load_membership;

/// Changes the acting member's own settings, also in a conversation it left, was removed from, or that is over; nobody
/// else sees them. A hidden one comes back when something is said after this.
pub async fn update_settings(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    settings: UpdateParticipantSettings,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let standing = load_membership(tx, &ctx, key)?;
            let mut own = standing
                .own_participant
                .ok_or_else(|| Error::forbidden(ForbiddenReason::NotParticipant))?;
            if let Some(pinned) = settings.pinned {
                let now = tx.next_stamp().at;
                own.pinned_at = pinned.then(|| own.pinned_at.unwrap_or(now));
            }
            if let Some(muted) = settings.muted {
                own.muted = muted;
            }
            if let Some(hidden) = settings.hidden {
                own.hidden_seq = hidden.then_some(standing.conversation.last_seq);
            }
            participant::set_settings(tx, ctx.ws(), standing.conversation.number, &own)
        })
        .await
}
