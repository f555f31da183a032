//! Finds a participant.

use parlor_model::conversation::ConversationKey;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::participant::ParticipantState;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::participant;

use crate::authority;
use crate::{Engine, member};

/// Returns the member if it participates in a conversation that the caller may read. Creates none.
pub async fn find(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    member_key: MemberKey,
) -> Result<Option<MemberRef>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = find_with_state(tx, &ctx, key, &member_key)?;
            Ok(found
                .and_then(|(member, state)| (state == ParticipantState::Joined).then_some(member)))
        })
        .await
}

/// Returns a member and its participant state in a conversation whose messages the caller may read; `None` if the
/// member does not exist or never participated.
pub(super) fn find_with_state(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    member_key: &MemberKey,
) -> Result<Option<(MemberRef, ParticipantState)>> {
    let conversation = authority::find_readable_number(tx, ctx, key)?;
    let Some(member) = member::find_ref(tx, ctx.ws(), member_key)? else {
        return Ok(None);
    };
    let row = participant::find(tx, ctx.ws(), conversation, member.number)?;
    Ok(row.map(|row| (member, row.state)))
}
