//! A member's own list of conversations.

use parlor_model::error::Noun;
use parlor_model::overview::{Overview, OverviewFilter};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::conversation as repo;
use parlor_store::repo::overview::{self, Stretch};

use crate::{Engine, authority};

/// How many others stand for a title.
pub(super) const OTHERS: i64 = 3;

/// The conversations the acting member takes part in, and those it left, was removed from, or that are over, without
/// the hidden ones; pinned first, then by what happened last.
pub async fn mine(engine: &Engine, ctx: &Ctx, filter: OverviewFilter) -> Result<Vec<Overview>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let only = match filter.only {
                None => None,
                Some(key) => Some(
                    repo::find(tx, ctx.ws(), key)?
                        .ok_or_else(|| Error::not_found(Noun::Conversation))?
                        .number,
                ),
            };
            let stretch = Stretch {
                keyword: filter.keyword.as_deref(),
                only,
                after: filter.after,
                limit: filter.limit,
            };
            let own = authority::own(tx, &ctx)?;
            overview::page(tx, ctx.ws(), own, &stretch, OTHERS)
        })
        .await
}
