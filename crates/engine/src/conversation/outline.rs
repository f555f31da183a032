//! What a send needs to know of a conversation, remembered while nothing changes it.

use std::sync::Arc;

use parlor_model::conversation::{ConversationKey, Kind};
use parlor_model::error::Noun;
use parlor_model::outline::Outline;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::conversation as repo;
use quick_cache::sync::Cache;

use crate::Engine;
use crate::authority::{self, Allowed, Basis, Right};

/// Outlines that were read lately, each with the store's revision at which it was.
pub(crate) struct Outlines {
    known: Cache<(i64, ConversationKey), (u64, Arc<Outline>)>,
}

/// Outlines remembered at the most: some 400 bytes each.
const CAPACITY: usize = 10_000;

impl Default for Outlines {
    fn default() -> Self {
        Self {
            known: Cache::new(CAPACITY),
        }
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
    let revision = engine.store.revision();
    let known = revision.and_then(|revision| engine.outlines.get(ctx.ws(), key, revision));
    if let Some(found) = known {
        let (scope, number, kind) = (*ctx, found.number, found.kind);
        let basis = match authority::decide(ctx, kind, right)? {
            Basis::Scope if kind != Kind::Thread => Basis::Scope,
            Basis::Scope | Basis::Participation => {
                let store = &engine.store;
                store
                    .read(move |tx| authority::authorize_number(tx, &scope, number, kind, right))
                    .await?
            }
        };
        return Ok(Allowed { found, basis });
    }
    let scope = *ctx;
    let (found, basis) = engine
        .store
        .read(move |tx| {
            let found = repo::outline(tx, scope.ws(), key)?
                .ok_or_else(|| Error::not_found(Noun::Conversation))?;
            let basis = authority::authorize_number(tx, &scope, found.number, found.kind, right)?;
            Ok((Arc::new(found), basis))
        })
        .await?;
    if let Some(revision) = revision {
        engine.outlines.keep(ctx.ws(), key, revision, &found);
    }
    Ok(Allowed { found, basis })
}

impl Outlines {
    fn get(&self, ws: i64, key: ConversationKey, revision: u64) -> Option<Arc<Outline>> {
        let (at, outline) = self.known.get(&(ws, key))?;
        (at == revision).then_some(outline)
    }

    fn keep(&self, ws: i64, key: ConversationKey, revision: u64, outline: &Arc<Outline>) {
        self.known.insert((ws, key), (revision, outline.clone()));
    }
}
