//! Filling the index beside the write path.

use std::time::{Duration, Instant};

use parlor_model::Result;
use parlor_store::repo::search::{self as repo, Batch, Noun};

use crate::Engine;

/// Of the writer's time the index takes one part in so many while messages come in, so that who writes hardly notices.
const SHARE: u32 = 7;
/// Numbers of a batch while messages come in: less than a millisecond, which is what a message may wait longer.
const FEW: i64 = 16;
/// Numbers of a batch while none do: larger ones cost less in all.
const MANY: i64 = 256;

/// How many rows the index has not come to yet, by noun; those of other workspaces and removed ones included.
pub async fn waiting(engine: &Engine) -> Result<[(&'static str, i64); 3]> {
    engine
        .store
        .read(|tx| {
            let mut all = [("", 0); 3];
            for (place, noun) in all.iter_mut().zip(Noun::ALL) {
                *place = (noun.word(), repo::waiting(tx, noun)?);
            }
            Ok(all)
        })
        .await
}

/// Brings the index up to everything that was written before this call, in turn with who else is at it.
pub async fn settle(engine: &Engine) -> Result<()> {
    for noun in Noun::ALL {
        if let Some(horizon) = horizon(engine, noun).await? {
            while batch(engine, noun, horizon, MANY).await? != Batch::Done {}
        }
    }
    Ok(())
}

/// The number up to which a noun can be indexed; none where it is already.
async fn horizon(engine: &Engine, noun: Noun) -> Result<Option<i64>> {
    let waiting = engine.store.read(move |tx| repo::waiting(tx, noun)).await?;
    if waiting == 0 {
        return Ok(None);
    }
    engine
        .store
        .write(move |tx| repo::horizon(tx, noun))
        .await
        .map(Some)
}

/// The number of the newest message: while it stands still nobody waits for the writer, and the index need not rest.
async fn newest(engine: &Engine) -> Result<i64> {
    engine
        .store
        .read(|tx| repo::newest(tx, Noun::Message))
        .await
}

async fn batch(engine: &Engine, noun: Noun, horizon: i64, numbers: i64) -> Result<Batch> {
    engine
        .store
        .write(move |tx| repo::batch(tx, noun, horizon, numbers))
        .await
}

/// The task of a server that keeps the index up with what is written. Every node has one; they take turns.
#[derive(Debug, Clone, Copy)]
pub struct Indexer {
    /// How long it rests when there is nothing to do: the lag of an idle server.
    pub rest: Duration,
}

impl Indexer {
    /// Works until the future is dropped.
    pub async fn run(self, engine: &Engine) {
        loop {
            for noun in Noun::ALL {
                // What cannot be done now is tried again: the database may be away, or an insert take long.
                if let Err(error) = self.catch_up(engine, noun).await {
                    tracing::debug!(?error, noun = noun.word(), "the search index has to wait");
                }
            }
            tokio::time::sleep(self.rest).await;
        }
    }

    async fn catch_up(self, engine: &Engine, noun: Noun) -> Result<()> {
        let Some(horizon) = horizon(engine, noun).await? else {
            return Ok(());
        };
        let mut last = newest(engine).await?;
        let mut numbers = FEW;
        loop {
            let begun = Instant::now();
            if batch(engine, noun, horizon, numbers).await? != Batch::Behind {
                return Ok(());
            }
            let now = newest(engine).await?;
            if now == last {
                numbers = MANY;
            } else {
                (numbers, last) = (FEW, now);
                tokio::time::sleep(begun.elapsed() * (SHARE - 1)).await;
            }
        }
    }
}
