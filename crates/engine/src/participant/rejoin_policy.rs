//! Which former participants may be brought back. Neither tokens nor messages do that implicitly.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::ForbiddenReason;
use parlor_model::member::MemberKey;
use parlor_model::participant::ParticipantState;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use super::find::find_with_state;
use crate::Engine;

/// Which former participants a command may bring back.
#[derive(Debug, Clone, Copy)]
pub(super) enum RejoinPolicy {
    /// None.
    None,
    /// Those that left.
    Left,
    /// Also removed ones: the caller may manage members.
    Removed,
}

impl RejoinPolicy {
    /// Returns the policy of a caller's scopes.
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

/// Checks that a caller may make a member a participant of a conversation whose messages it may read: one that never
/// was, is already, or may be brought back by the caller. Creates and stores nothing.
///
/// # Errors
/// `Forbidden` for one that left or was removed.
pub async fn check_may_join(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    member_key: MemberKey,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = find_with_state(tx, &ctx, key, &member_key)?;
            found.map_or(Ok(()), |(_, state)| {
                RejoinPolicy::from_scopes(&ctx).check_state(state)
            })
        })
        .await
}
