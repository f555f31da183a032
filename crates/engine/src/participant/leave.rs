//! Leaving by one's own will.

use parlor_model::conversation::{Conversation, ConversationKey, State as Life};
use parlor_model::error::Denied;
use parlor_model::log::EntryKind;
use parlor_model::participant::{Role, State};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{log, participant};
use serde_json::json;

use super::tell::{change, tell};
use crate::Engine;
use crate::conversation::stand;

/// The acting member leaves. What it owned goes to the one of the others who has been there longest, and with the
/// last one the conversation is over; assistants neither inherit nor keep it open. Refused in this order: unknown,
/// closed, direct, not taking part.
pub async fn leave(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let (found, own) = stand(tx, &ctx, key)?.open()?.of_many()?.joined()?;
            leave_in(tx, &ctx, found, own.member.number)?.hand_over(tx, &ctx)
        })
        .await
}

/// A conversation that a participant has just left.
pub(crate) struct Departure {
    conversation: Conversation,
    /// It was the owner.
    owned: bool,
}

/// Within a transaction: writes the log's entry and ends the member's part at its position. Who inherits is still to be
/// settled.
pub(crate) fn leave_in(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: Conversation,
    member: i64,
) -> Result<Departure> {
    let (ws, number) = (ctx.ws(), conversation.number);
    let own = participant::find(tx, ws, number, member)?
        .filter(|own| own.state == State::Joined)
        .ok_or_else(|| Error::forbidden(Denied::NotParticipant))?;
    let payload = json!({ "members": [member] }).to_string();
    let actor = ctx.actor.map(|actor| actor.number);
    let seq = log::append(tx, ws, number, EntryKind::Left, actor, &payload)?;
    participant::go(tx, ws, number, member, State::Left, seq)?;
    Ok(Departure {
        conversation,
        owned: own.role == Role::Owner,
    })
}

impl Departure {
    /// Gives what was owned to the one of the others who has been there longest; the conversation is over when nobody but
    /// assistants is left.
    pub(crate) fn hand_over(self, tx: &mut dyn Tx, ctx: &Ctx) -> Result<()> {
        let mut found = self.conversation;
        let heir = participant::list(tx, ctx.ws(), found.number)?
            .into_iter()
            .find(|participant| participant.role != Role::Assistant);
        match heir {
            None => close(tx, ctx, &mut found),
            Some(heir) if self.owned => {
                let number = heir.member.number;
                participant::set_role(tx, ctx.ws(), found.number, number, Role::Owner)?;
                found.owner = Some(heir.member);
                tell(tx, ctx, &found, change("owner", number.into()))
            }
            Some(_) => Ok(()),
        }
    }
}

/// Within a transaction: ends a conversation for everybody.
pub(super) fn close(tx: &mut dyn Tx, ctx: &Ctx, found: &mut Conversation) -> Result<()> {
    found.state = Life::Closed;
    tell(tx, ctx, found, change("state", found.state.word().into()))
}
