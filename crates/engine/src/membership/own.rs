//! What the acting member is in a conversation, whatever else it may do.

use parlor_model::conversation::{
    Conversation, ConversationKey, ConversationKind, ConversationState,
};
use parlor_model::error::{ConflictReason, EntityKind, ForbiddenReason};
use parlor_model::participant::{Participant, ParticipantRole, ParticipantState as Taking};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation as repo, participant};

use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// A conversation and the acting member's part in it.
#[derive(Debug, Clone)]
pub struct OwnMembership {
    /// The conversation, whether the member may read it or not.
    pub conversation: Conversation,
    /// The member's own row, whatever its state; none for somebody who never took part.
    pub own_participant: Option<Participant>,
}

/// An open conversation that the acting member takes part in.
#[derive(Debug, Clone)]
pub struct ActiveMembership {
    /// The conversation.
    pub conversation: Conversation,
    /// The member's own row.
    pub own_participant: Participant,
    /// Those who take part, in the order they joined.
    pub participants: Vec<Participant>,
}

/// What the acting member is in a conversation. Scopes open nothing here; only an unknown conversation is refused.
pub async fn find_membership(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<OwnMembership> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| load_membership(tx, &ctx, key))
        .await
}

/// A conversation with its participants, for a member that takes part. Refused in this order: unknown, closed, never
/// took part, left, removed. Scopes open nothing here.
pub async fn require_active_membership(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<ActiveMembership> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let (conversation, own) = load_membership(tx, &ctx, key)?
                .require_open()?
                .require_joined()?;
            let participants = participant::list(tx, ctx.ws(), conversation.number)?;
            Ok(ActiveMembership {
                conversation,
                own_participant: own,
                participants,
            })
        })
        .await
}

impl OwnMembership {
    /// Refused when the conversation is over.
    pub(crate) fn require_open(self) -> Result<Self> {
        match self.conversation.state {
            ConversationState::Closed => Err(Error::conflict(ConflictReason::Closed)),
            ConversationState::Active | ConversationState::Archived => Ok(self),
        }
    }

    /// Refused when the conversation is one whose two participants are settled.
    pub(crate) fn require_not_direct(self) -> Result<Self> {
        match self.conversation.kind {
            ConversationKind::Direct => Err(Error::conflict(ConflictReason::WrongKind)),
            ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => Ok(self),
        }
    }

    /// Refused when the acting member does not take part, by why it does not.
    pub(crate) fn require_joined(self) -> Result<(Conversation, Participant)> {
        let own = self
            .own_participant
            .ok_or_else(|| Error::forbidden(ForbiddenReason::NotParticipant))?;
        match own.state {
            Taking::Joined => Ok((self.conversation, own)),
            Taking::Left => Err(Error::forbidden(ForbiddenReason::Left)),
            Taking::Removed => Err(Error::forbidden(ForbiddenReason::Removed)),
        }
    }

    /// Refused when the acting member is not the owner, whatever else it is.
    pub(crate) fn require_owner(self) -> Result<(Conversation, Participant)> {
        self.require_joined()
            .ok()
            .filter(|(_, own)| own.role == ParticipantRole::Owner)
            .ok_or_else(|| Error::forbidden(ForbiddenReason::NotAdmin))
    }
}

/// Within a transaction: a conversation of many that is open, for a caller that may see it and holds a scope.
pub(crate) fn find_open_with_scope(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    scope: Scope,
) -> Result<Conversation> {
    let right = match scope.resource {
        Resource::Messages => ConversationPermission::Write,
        _ => ConversationPermission::Manage,
    };
    let conversation = authority::find_conversation(tx, ctx, key, right)?.conversation;
    ctx.require(scope)?;
    let standing = OwnMembership {
        conversation,
        own_participant: None,
    };
    Ok(standing.require_open()?.require_not_direct()?.conversation)
}

/// Within a transaction: what the acting member is in a conversation.
pub(crate) fn load_membership(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<OwnMembership> {
    let actor = ctx.member()?;
    let conversation =
        repo::find(tx, ctx.ws(), key)?.ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    let own = participant::find(tx, ctx.ws(), conversation.number, actor.number)?;
    authority::authorize_by_kind(tx, ctx, &conversation)?;
    Ok(OwnMembership {
        conversation,
        own_participant: own,
    })
}
