//! Whether somebody takes part.

use parlor_model::conversation::ConversationKey;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::participant::State;
use parlor_model::{Ctx, Result};
use parlor_store::repo::participant;

use crate::authority;
use crate::{Engine, member};

/// The member, where it takes part in a conversation the caller may see. Nobody is made.
pub async fn among(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    who: MemberKey,
) -> Result<Option<MemberRef>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let conversation = authority::number(tx, &ctx, key)?;
            let Some(who) = member::known(tx, ctx.ws(), &who)? else {
                return Ok(None);
            };
            let row = participant::find(tx, ctx.ws(), conversation, who.number)?;
            let joined = row.is_some_and(|row| row.state == State::Joined);
            Ok(joined.then_some(who))
        })
        .await
}
