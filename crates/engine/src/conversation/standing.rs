//! What the acting member is in a conversation, whatever else it may do.

use parlor_model::conversation::{Conversation, ConversationKey, State};
use parlor_model::error::{Conflict, Denied, Noun};
use parlor_model::participant::{Participant, State as Taking};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation as repo, participant};

use crate::Engine;

/// A conversation and the acting member's part in it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The conversation, whether the member may read it or not.
    pub conversation: Conversation,
    /// The member's own row, whatever its state; none for somebody who never took part.
    pub own: Option<Participant>,
}

/// An open conversation that the acting member takes part in.
#[derive(Debug, Clone)]
pub struct Current {
    /// The conversation.
    pub conversation: Conversation,
    /// The member's own row.
    pub own: Participant,
    /// Those who take part, in the order they joined.
    pub participants: Vec<Participant>,
}

/// What the acting member is in a conversation. Scopes open nothing here; only an unknown conversation is refused.
pub async fn standing(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<Standing> {
    let ctx = *ctx;
    engine.store.read(move |tx| stand(tx, &ctx, key)).await
}

/// A conversation with its participants, for a member that takes part. Refused in this order: unknown, closed, never
/// took part, left, removed. Scopes open nothing here.
pub async fn current(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<Current> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let Standing { conversation, own } = stand(tx, &ctx, key)?;
            if conversation.state == State::Closed {
                return Err(Error::conflict(Conflict::Closed));
            }
            let own = own.ok_or_else(|| Error::forbidden(Denied::NotParticipant))?;
            match own.state {
                Taking::Joined => {}
                Taking::Left => return Err(Error::forbidden(Denied::Left)),
                Taking::Removed => return Err(Error::forbidden(Denied::Removed)),
            }
            let participants = participant::list(tx, ctx.ws(), conversation.number)?;
            Ok(Current {
                conversation,
                own,
                participants,
            })
        })
        .await
}

fn stand(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Standing> {
    let actor = ctx.member()?;
    let conversation =
        repo::find(tx, ctx.ws(), key)?.ok_or_else(|| Error::not_found(Noun::Conversation))?;
    let own = participant::find(tx, ctx.ws(), conversation.number, actor.number)?;
    Ok(Standing { conversation, own })
}
