//! Last seqs of logs.

use std::collections::HashMap;

use parlor_model::Result;
use parlor_store::repo::conversation as repo;

use crate::Engine;

/// Returns the last seqs of conversations of a workspace, by number. Deleted conversations are omitted. No access is
/// checked: for the server itself.
pub async fn last_seqs(engine: &Engine, ws: i64, numbers: Vec<i64>) -> Result<HashMap<i64, i64>> {
    engine
        .store
        .read(move |tx| repo::find_last_seqs(tx, ws, &numbers))
        .await
}
