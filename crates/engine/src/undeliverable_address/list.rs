//! Lists marked addresses.

use parlor_model::scope::{Resource, Scope};
use parlor_model::undeliverable_address::UndeliverableAddress;
use parlor_model::{Ctx, Result};
use parlor_store::repo::undeliverable_address as repo;

use crate::Engine;

/// Rows that are read at a time.
const PAGE: i64 = 500;

/// Returns at most `limit` marked addresses of the workspace, by medium and address. Requires `members:read`.
pub async fn list(engine: &Engine, ctx: &Ctx, limit: usize) -> Result<Vec<UndeliverableAddress>> {
    ctx.require(Scope::read(Resource::Members))?;
    let ws = ctx.ws();
    let mut found: Vec<UndeliverableAddress> = Vec::new();
    loop {
        let last = found.last();
        let after = last.map_or((String::new(), String::new()), |last| {
            (last.medium.as_str().to_owned(), last.address.0.clone())
        });
        let page = engine
            .store
            .read(move |tx| repo::list(tx, ws, (&after.0, &after.1), PAGE))
            .await?;
        let is_last = i64::try_from(page.len()).is_ok_and(|rows| rows < PAGE);
        found.extend(page);
        if is_last || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}
