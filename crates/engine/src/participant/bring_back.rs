//! Who may be brought back into a conversation that it left or was removed from. No token and no message does so by
//! itself.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::Denied;
use parlor_model::member::MemberKey;
use parlor_model::participant::State;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use super::among::part;
use crate::Engine;

/// Who may be brought back by a command.
#[derive(Debug, Clone, Copy)]
pub(super) enum BringBack {
    /// Nobody.
    None,
    /// Those who left by their own will.
    Left,
    /// Those who were removed too: whoever may remove members may.
    Removed,
}

impl BringBack {
    /// What a caller's scopes let it do.
    pub(super) fn by_scope(ctx: &Ctx) -> Self {
        if ctx.allows(Scope::write(Resource::Conversations)) {
            Self::Removed
        } else {
            Self::None
        }
    }

    pub(super) fn check(self, state: State) -> Result<()> {
        match (self, state) {
            (Self::Removed, _) | (Self::Left, State::Left) | (_, State::Joined) => Ok(()),
            (_, State::Removed) => Err(Error::forbidden(Denied::Removed)),
            (Self::None, State::Left) => Err(Error::forbidden(Denied::Left)),
        }
    }
}

/// Whether a caller may have somebody take part from now on in a conversation whose messages it may read: whoever never
/// did, does already, or may be brought back by the caller. Nobody is made, and nothing is stored.
///
/// # Errors
/// `Forbidden` for one who left or was removed.
pub async fn may_take_part(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    who: MemberKey,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = part(tx, &ctx, key, &who)?;
            found.map_or(Ok(()), |(_, state)| BringBack::by_scope(&ctx).check(state))
        })
        .await
}
