//! Search restricted to the threads of the caller's role.

use parlor_engine::search::{MAX_HITS, SearchHit, SearchTarget};
use parlor_kit::AppState;
use parlor_model::Result;
use parlor_model::conversation::ConversationKind;
use parlor_model::error::ErrorKind;

use super::RagRequest;
use crate::auth::AgentCaller;

/// Returns at limit `limit` of the best hits, without threads that the caller may not see.
///
/// Threads are filtered after the search, which therefore returns up to [`MAX_HITS`] where roles are required.
pub(crate) async fn search_visible(
    app: &AppState,
    agent: &AgentCaller,
    request: RagRequest,
    target: SearchTarget,
    limit: usize,
) -> Result<Vec<SearchHit>> {
    let search_limit = if agent.1.is_some() { MAX_HITS } else { limit };
    let hits = request
        .search(app, &agent.context(), target, search_limit)
        .await?;
    let mut visible = Vec::with_capacity(limit);
    for hit in hits {
        if visible.len() < limit && is_visible(app, agent, &hit).await? {
            visible.push(hit);
        }
    }
    Ok(visible)
}

/// Returns whether the hit's thread belongs to the caller's role. Hits outside of threads are always visible, as are all
/// hits where the workspace requires no roles.
async fn is_visible(app: &AppState, agent: &AgentCaller, hit: &SearchHit) -> Result<bool> {
    if agent.1.is_none() || hit.conversation.kind != ConversationKind::Thread {
        return Ok(true);
    }
    match agent.find_thread(app, hit.conversation.id).await {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
