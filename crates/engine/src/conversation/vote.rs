//! Votes on conversations: one per conversation and member.

use parlor_model::conversation::ConversationKey;
use parlor_model::rating::ConversationVote;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::repo::vote as repo;

use crate::{Engine, authority};

/// Votes of the longest list: as many reasons reach a mebibyte at the most.
pub const MAX_VOTES: i64 = 64;

/// Replaces what the caller thinks of a conversation; other members' votes stay. A credential that acts for no member has
/// one vote together with all others of its workspace that do. Asks for the right to read the conversation's messages.
pub async fn vote(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    value: i64,
    reason: Option<Redacted<String>>,
) -> Result<()> {
    if value == 0 || !(-100..=100).contains(&value) {
        let rule = "must be between -100 and 100, and not 0";
        return Err(Error::invalid("value", rule));
    }
    limit::COMMENT.validate_opt(reason.as_ref().map(|reason| reason.0.as_str()), "reason")?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            let member = ctx.actor.map(|actor| actor.number);
            let reason = reason.as_ref().map(|reason| reason.0.as_str());
            repo::put(tx, ctx.ws(), (number, member), value, reason)
        })
        .await
}

/// The newest votes on a conversation, everybody's. Asks for `messages:read` besides the right to read its messages.
pub async fn votes(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<Vec<ConversationVote>> {
    ctx.require(Scope::read(Resource::Messages))?;
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            repo::list(tx, ctx.ws(), number, MAX_VOTES)
        })
        .await
}
