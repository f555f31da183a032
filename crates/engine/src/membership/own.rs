//! The acting member's membership of a conversation.

use parlor_model::conversation::{
    Conversation, ConversationKey, ConversationKind, ConversationState,
};
use parlor_model::error::{ConflictReason, EntityKind, ForbiddenReason};
use parlor_model::participant::{Participant, ParticipantRole, ParticipantState};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation as repo, participant};

use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// A conversation and the acting member's participant row.
#[derive(Debug, Clone)]
pub struct OwnMembership {
    /// The conversation, whether or not the member may read it.
    pub conversation: Conversation,
    /// The participant row in any state; `None` if the member never participated.
    pub own_participant: Option<Participant>,
}

/// A conversation that is not closed, of which the acting member is a joined participant.
#[derive(Debug, Clone)]
pub struct ActiveMembership {
    /// The conversation.
    pub conversation: Conversation,
    /// The participant row.
    pub own_participant: Participant,
    /// Joined participants, in the order they joined.
    pub participants: Vec<Participant>,
}

/// Returns the acting member's membership of a conversation. Scopes do not matter.
///
/// # Errors
/// `NotFound` for an unknown conversation, and those of the conversation's kind.
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

/// Returns a conversation with its participants for a joined participant. Scopes do not matter. Checks are made in this
/// order: known, not closed, ever joined, not left, not removed.
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
    /// Refuses a closed conversation.
    pub(crate) fn require_open(self) -> Result<Self> {
        match self.conversation.state {
            ConversationState::Closed => Err(Error::conflict(ConflictReason::Closed)),
            ConversationState::Active | ConversationState::Archived => Ok(self),
        }
    }

    /// Refuses a direct conversation, whose participants are fixed.
    pub(crate) fn require_not_direct(self) -> Result<Self> {
        match self.conversation.kind {
            ConversationKind::Direct => Err(Error::conflict(ConflictReason::WrongKind)),
            ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => Ok(self),
        }
    }

    /// Refuses a member that is not joined, with the reason.
    pub(crate) fn require_joined(self) -> Result<(Conversation, Participant)> {
        let own = self
            .own_participant
            .ok_or_else(|| Error::forbidden(ForbiddenReason::NotParticipant))?;
        match own.state {
            ParticipantState::Joined => Ok((self.conversation, own)),
            ParticipantState::Left => Err(Error::forbidden(ForbiddenReason::Left)),
            ParticipantState::Removed => Err(Error::forbidden(ForbiddenReason::Removed)),
        }
    }

    /// Refuses a member that is not the owner.
    pub(crate) fn require_owner(self) -> Result<(Conversation, Participant)> {
        self.require_joined()
            .ok()
            .filter(|(_, own)| own.role == ParticipantRole::Owner)
            .ok_or_else(|| Error::forbidden(ForbiddenReason::NotAdmin))
    }
}

/// Returns an open group, chat or thread that the caller may access and for which it holds the scope.
pub(crate) fn find_open_with_scope(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    scope: Scope,
) -> Result<Conversation> {
    let permission = match scope.resource {
        Resource::Messages => ConversationPermission::Write,
        _ => ConversationPermission::Manage,
    };
    let conversation = authority::find_conversation(tx, ctx, key, permission)?.conversation;
    ctx.require(scope)?;
    let membership = OwnMembership {
        conversation,
        own_participant: None,
    };
    Ok(membership
        .require_open()?
        .require_not_direct()?
        .conversation)
}

/// Loads the acting member's membership of a conversation.
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
