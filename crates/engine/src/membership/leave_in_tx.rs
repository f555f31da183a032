//! Ends a member's participation within a transaction.

use parlor_model::conversation::{Conversation, ConversationState};
use parlor_model::error::ForbiddenReason;
use parlor_model::log::LogEntryKind;
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{log, participant};
use serde_json::json;

use crate::log::{single_change, write_group_profile};

/// A conversation that a participant has just left.
pub(crate) struct Departure {
    conversation: Conversation,
    /// Whether the participant was its owner.
    was_owner: bool,
}

/// Appends the `Left` entry and ends the member's participation at its seq. The caller decides about the ownership with
/// [`Departure::transfer_ownership`].
pub(crate) fn leave_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: Conversation,
    member: i64,
) -> Result<Departure> {
    let (ws, number) = (ctx.ws(), conversation.number);
    let own = participant::find(tx, ws, number, member)?
        .filter(|own| own.state == ParticipantState::Joined)
        .ok_or_else(|| Error::forbidden(ForbiddenReason::NotParticipant))?;
    let payload = json!({ "members": [member] }).to_string();
    let actor = ctx.actor.map(|actor| actor.number);
    let seq = log::append_entry(tx, ws, number, LogEntryKind::Left, actor, &payload)?;
    participant::mark_left(tx, ws, number, member, ParticipantState::Left, seq)?;
    Ok(Departure {
        conversation,
        was_owner: own.role == ParticipantRole::Owner,
    })
}

impl Departure {
    /// Transfers the ownership of a departed owner to the participant that joined first, or closes the conversation if
    /// only assistants remain.
    pub(crate) fn transfer_ownership(self, tx: &mut dyn Tx, ctx: &Ctx) -> Result<()> {
        let mut found = self.conversation;
        let new_owner = participant::list(tx, ctx.ws(), found.number)?
            .into_iter()
            .find(|participant| participant.role != ParticipantRole::Assistant);
        match new_owner {
            None => close_in_tx(tx, ctx, &mut found),
            Some(new_owner) if self.was_owner => {
                let number = new_owner.member.number;
                participant::set_role(tx, ctx.ws(), found.number, number, ParticipantRole::Owner)?;
                found.owner = Some(new_owner.member);
                write_group_profile(tx, ctx, &found, single_change("owner", number.into()))
            }
            Some(_) => Ok(()),
        }
    }
}

/// Closes a conversation.
pub(crate) fn close_in_tx(tx: &mut dyn Tx, ctx: &Ctx, found: &mut Conversation) -> Result<()> {
    found.state = ConversationState::Closed;
    write_group_profile(
        tx,
        ctx,
        found,
        single_change("state", found.state.as_str().into()),
    )
}
