//! What a send needs to know of a conversation, remembered while nothing changes it.

use std::sync::Arc;

use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::outline::Outline;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::conversation as repo;
use quick_cache::sync::Cache;

use super::find::{Sight, is_involved, look, refused, sight};
use crate::Engine;

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

/// The outline of a conversation the caller may see, by the rules of [`super::find()`].
pub async fn outline(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<Arc<Outline>> {
    seen(engine, ctx, key).await.map(|(outline, _)| outline)
}

/// The same, and by which right the caller sees it.
pub(crate) async fn seen(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<(Arc<Outline>, Sight)> {
    let revision = engine.store.revision();
    let known = revision.and_then(|revision| engine.outlines.get(ctx.ws(), key, revision));
    if let Some(known) = known {
        let sight = sight(ctx, known.kind)?;
        if sight == Sight::IfInvolved && !involved(engine, ctx, known.number).await? {
            return Err(refused());
        }
        return Ok((known, sight));
    }
    let scope = *ctx;
    let (found, sight) = engine
        .store
        .read(move |tx| {
            let found = repo::outline(tx, scope.ws(), key)?
                .ok_or_else(|| Error::not_found(Noun::Conversation))?;
            let sight = look(tx, &scope, found.number, found.kind)?;
            Ok((Arc::new(found), sight))
        })
        .await?;
    if let Some(revision) = revision {
        engine.outlines.keep(ctx.ws(), key, revision, &found);
    }
    Ok((found, sight))
}

/// Whether the acting member takes part.
pub(crate) async fn involved(engine: &Engine, ctx: &Ctx, conversation: i64) -> Result<bool> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| is_involved(tx, &ctx, conversation))
        .await
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
