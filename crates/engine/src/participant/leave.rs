//! Leaving by one's own will.

use parlor_model::conversation::{Conversation, ConversationKey, State as Life};
use parlor_model::log::EntryKind;
use parlor_model::participant::{Role, State};
use parlor_model::{Ctx, Result};
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
            let (ws, member) = (ctx.ws(), own.member.number);
            let payload = json!({ "members": [member] }).to_string();
            let left = EntryKind::Left;
            let seq = log::append(tx, ws, found.number, left, Some(member), &payload)?;
            participant::go(tx, ws, found.number, member, State::Left, seq)?;
            hand_over(tx, &ctx, found, own.role == Role::Owner)
        })
        .await
}

fn hand_over(tx: &mut dyn Tx, ctx: &Ctx, mut found: Conversation, owned: bool) -> Result<()> {
    let heir = participant::list(tx, ctx.ws(), found.number)?
        .into_iter()
        .find(|participant| participant.role != Role::Assistant);
    match heir {
        None => {
            found.state = Life::Closed;
            tell(tx, ctx, &found, change("state", found.state.word().into()))
        }
        Some(heir) if owned => {
            let number = heir.member.number;
            participant::set_role(tx, ctx.ws(), found.number, number, Role::Owner)?;
            found.owner = Some(heir.member);
            tell(tx, ctx, &found, change("owner", number.into()))
        }
        Some(_) => Ok(()),
    }
}
