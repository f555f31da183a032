//! Members by what they are called.

use parlor_model::following::DiscoveredMember;
use parlor_model::id::MemberId;
use parlor_model::{Ctx, Id, Result};
use parlor_store::repo::{follow, search as repo};
use parlor_store::search_terms::SearchTerms;

use crate::{Engine, authority};

/// What to search members for.
#[derive(Debug, Clone)]
pub struct SearchMembers {
    /// Words, all of which the name must have; a blank text finds nobody.
    pub text: String,
    /// Only members that were made before this one: the last of the page before.
    pub before: Option<MemberId>,
    /// Members at the most.
    pub limit: i64,
}

/// Members whose names have the words, whatever their case, newest first, without the acting one and archived ones: of
/// the newest 1,000 whose names have them, those that [`authority`] shows the caller.
pub async fn members(
    engine: &Engine,
    ctx: &Ctx,
    search: SearchMembers,
) -> Result<Vec<DiscoveredMember>> {
    let terms = SearchTerms::parse("text", &search.text)?;
    let viewer = ctx.member()?.number;
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let (ws, among) = (ctx.ws(), authority::discoverable_members(ctx));
    engine
        .store
        .read_throttled(ws, move |tx| {
            let numbers = repo::find_members(tx, ws, &terms)?;
            let before = search.before.unwrap_or(Id::MAX);
            follow::discover_members_among(tx, ws, viewer, (among, &numbers), before, search.limit)
        })
        .await
}
