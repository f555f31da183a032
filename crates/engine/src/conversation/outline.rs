//! What a send needs to know of a conversation, remembered while nothing changes it.

use std::sync::Arc;

use parlor_model::conversation::{ConversationKey, Kind};
use parlor_model::error::Noun;
use parlor_model::outline::Outline;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tables;
use parlor_store::repo::conversation as repo;

use crate::Engine;
use crate::authority::{self, Allowed, Basis, Right};
use crate::validated_cache::ValidatedCache;

/// Outlines that were read lately.
pub(crate) struct Outlines(ValidatedCache<(i64, ConversationKey), Arc<Outline>>);

/// Outlines remembered at the most: some 400 bytes each.
const CAPACITY: usize = 10_000;

impl Default for Outlines {
    fn default() -> Self {
        // The owner and the subject are told by name.
        let tables = Tables::CONVERSATION | Tables::MEMBER;
        Self(ValidatedCache::new(tables, CAPACITY))
    }
}

/// The outline of a conversation that the caller may write in.
pub async fn outline(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<Arc<Outline>> {
    let allowed = authorized(engine, ctx, key, Right::Write).await;
    allowed.map(|allowed| allowed.found)
}

/// The outline of a conversation that the caller has a right to, and what that rests on. A part in it, and what
/// hides a thread, are looked up each time.
pub(crate) async fn authorized(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    right: Right,
) -> Result<Allowed<Arc<Outline>>> {
    let (outlines, store, place) = (&engine.outlines.0, &engine.store, (ctx.ws(), key));
    if let Some(found) = outlines.get(store, &place) {
        let (scope, number, kind) = (*ctx, found.number, found.kind);
        let basis = match authority::decide(ctx, kind, right)? {
            Basis::Scope if kind != Kind::Thread => Basis::Scope,
            Basis::Scope | Basis::Lent | Basis::Participation => {
                store
                    .read(move |tx| authority::authorize_number(tx, &scope, number, kind, right))
                    .await?
            }
        };
        return Ok(Allowed { found, basis });
    }
    let (scope, before) = (*ctx, outlines.before(store));
    let (found, basis) = store
        .read(move |tx| {
            let found = repo::outline(tx, scope.ws(), key)?
                .ok_or_else(|| Error::not_found(Noun::Conversation))?;
            let basis = authority::authorize_number(tx, &scope, found.number, found.kind, right)?;
            Ok((Arc::new(found), basis))
        })
        .await?;
    outlines.keep(store, before, ctx.ws(), place, found.clone());
    Ok(Allowed { found, basis })
}
