//! Who may be brought back into a conversation that it left or was removed from. No token and no message does so by
//! itself.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::ForbiddenReason;
use parlor_model::member::MemberKey;
use parlor_model::participant::ParticipantState;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use super::find::find_with_state;
use crate::Engine;

/// Who may be brought back by a command.
#[derive(Debug, Clone, Copy)]
pub(super) enum RejoinPolicy {
    /// Nobody.
    None,
    /// Those who left by their own will.
    Left,
    /// Those who were removed too: whoever may remove members may.
    Removed,
}

impl RejoinPolicy {
    /// What a caller's scopes let it do.
    pub(super) fn from_scopes(ctx: &Ctx) -> Self {
        if ctx.allows(Scope::write(Resource::Conversations)) {
            Self::Removed
        } else {
            Self::None
        }
    }

    pub(super) fn check_state(self, state: ParticipantState) -> Result<()> {
        match (self, state) {
            (Self::Removed, _)
            | (Self::Left, ParticipantState::Left)
            | (_, ParticipantState::Joined) => Ok(()),
            (_, ParticipantState::Removed) => Err(Error::forbidden(ForbiddenReason::Removed)),
            (Self::None, ParticipantState::Left) => Err(Error::forbidden(ForbiddenReason::Left)),
        }
    }
}

/// Whether a caller may have somebody take part from now on in a conversation whose messages it may read: whoever never
/// did, does already, or may be brought back by the caller. Nobody is made, and nothing is stored.
///
/// # Errors
/// `Forbidden` for one who left or was removed.
pub async fn check_may_join(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    who: MemberKey,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = find_with_state(tx, &ctx, key, &who)?;
            found.map_or(Ok(()), |(_, state)| {
                RejoinPolicy::from_scopes(&ctx).check_state(state)
            })
        })
        .await
}
