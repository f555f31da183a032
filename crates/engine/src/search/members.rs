//! Searches members by name.

use parlor_model::following::DiscoveredMember;
use parlor_model::id::MemberId;
use parlor_model::{Ctx, Id, Result};
use parlor_store::repo::{follow, search as repo};
use parlor_store::search_terms::SearchTerms;

use crate::{Engine, authority};

/// A search for members.
#[derive(Debug, Clone)]
pub struct SearchMembers {
    /// Words that the name must contain; a blank text matches none.
    pub text: String,
    /// Only members created before this one, the last of the previous page.
    pub before: Option<MemberId>,
    /// Maximum number of results.
    pub limit: i64,
}

/// Returns members whose names contain all words, ignoring case, newest first, without the acting and archived ones: of
/// the newest 1,000 matches, those that `authority` lets the caller discover.
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
