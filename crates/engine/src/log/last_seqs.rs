//! How far logs reach, for whoever follows them.

use std::collections::HashMap;

use parlor_model::Result;
use parlor_store::repo::conversation as repo;

use crate::Engine;

/// How far the logs of these conversations of a workspace reach, by number; those that are gone are missing. For the
/// server itself: nobody's rights are asked for.
pub async fn last_seqs(engine: &Engine, ws: i64, numbers: Vec<i64>) -> Result<HashMap<i64, i64>> {
    engine
        .store
        .read(move |tx| repo::find_last_seqs(tx, ws, &numbers))
        .await
}
