//! What the acting member is in a conversation, whatever else it may do.

use parlor_model::conversation::{Conversation, ConversationKey, Kind, State};
use parlor_model::error::{Conflict, Denied, Noun};
use parlor_model::participant::{Participant, Role, State as Taking};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation as repo, participant};

use crate::Engine;
use crate::authority::{self, Right};

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
            let (conversation, own) = stand(tx, &ctx, key)?.open()?.joined()?;
            let participants = participant::list(tx, ctx.ws(), conversation.number)?;
            Ok(Current {
                conversation,
                own,
                participants,
            })
        })
        .await
}

impl Standing {
    /// Refused when the conversation is over.
    pub(crate) fn open(self) -> Result<Self> {
        match self.conversation.state {
            State::Closed => Err(Error::conflict(Conflict::Closed)),
            State::Active | State::Archived => Ok(self),
        }
    }

    /// Refused when the conversation is one whose two participants are settled.
    pub(crate) fn of_many(self) -> Result<Self> {
        match self.conversation.kind {
            Kind::Direct => Err(Error::conflict(Conflict::WrongKind)),
            Kind::Group | Kind::Chat | Kind::Thread => Ok(self),
        }
    }

    /// Refused when the acting member does not take part, by why it does not.
    pub(crate) fn joined(self) -> Result<(Conversation, Participant)> {
        let own = self
            .own
            .ok_or_else(|| Error::forbidden(Denied::NotParticipant))?;
        match own.state {
            Taking::Joined => Ok((self.conversation, own)),
            Taking::Left => Err(Error::forbidden(Denied::Left)),
            Taking::Removed => Err(Error::forbidden(Denied::Removed)),
        }
    }

    /// Refused when the acting member is not the owner, whatever else it is.
    pub(crate) fn owned(self) -> Result<(Conversation, Participant)> {
        self.joined()
            .ok()
            .filter(|(_, own)| own.role == Role::Owner)
            .ok_or_else(|| Error::forbidden(Denied::NotAdmin))
    }
}

/// Within a transaction: a conversation of many that is open, for a caller that may see it and holds a scope.
pub(crate) fn under_scope(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    scope: Scope,
) -> Result<Conversation> {
    let right = match scope.resource {
        Resource::Messages => Right::Write,
        _ => Right::Manage,
    };
    let conversation = authority::find(tx, ctx, key, right)?.found;
    ctx.require(scope)?;
    let standing = Standing {
        conversation,
        own: None,
    };
    Ok(standing.open()?.of_many()?.conversation)
}

/// Within a transaction: what the acting member is in a conversation.
pub(crate) fn stand(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Standing> {
    let actor = ctx.member()?;
    let conversation =
        repo::find(tx, ctx.ws(), key)?.ok_or_else(|| Error::not_found(Noun::Conversation))?;
    let own = participant::find(tx, ctx.ws(), conversation.number, actor.number)?;
    authority::standing(tx, ctx, &conversation)?;
    Ok(Standing { conversation, own })
}
