//! Whether somebody takes part.

use parlor_model::conversation::ConversationKey;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::participant::ParticipantState;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::participant;

use crate::authority;
use crate::{Engine, member};

/// The member, where it takes part in a conversation the caller may see. Nobody is made.
pub async fn find(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    who: MemberKey,
) -> Result<Option<MemberRef>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = find_with_state(tx, &ctx, key, &who)?;
            Ok(found.and_then(|(who, state)| (state == ParticipantState::Joined).then_some(who)))
        })
        .await
}

/// Within a transaction: a member and what its part is, was or has become in a conversation whose messages the caller may
/// read; nothing where there is no such member, or where it never took part.
pub(super) fn find_with_state(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    who: &MemberKey,
) -> Result<Option<(MemberRef, ParticipantState)>> {
    let conversation = authority::find_readable_number(tx, ctx, key)?;
    let Some(who) = member::find_ref(tx, ctx.ws(), who)? else {
        return Ok(None);
    };
    let row = participant::find(tx, ctx.ws(), conversation, who.number)?;
    Ok(row.map(|row| (who, row.state)))
}
