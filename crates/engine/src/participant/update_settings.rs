//! Updates a participant's own settings.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::ForbiddenReason;
use parlor_model::participant_commands::UpdateParticipantSettings;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::participant;

use crate::Engine;
use crate::membership::load_membership;

/// Changes the acting member's own settings of a conversation, also of one that it left or was removed from, or that is
/// closed. A hidden conversation reappears with the next message.
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
            let membership = load_membership(tx, &ctx, key)?;
            let mut own = membership
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
                own.hidden_seq = hidden.then_some(membership.conversation.last_seq);
            }
            participant::set_settings(tx, ctx.ws(), membership.conversation.number, &own)
        })
        .await
}
