//! Follows the calls of a workspace.

use std::time::Duration;

use parlor_engine::conversation::{self, ListConversations};
use parlor_kit::AppState;
use parlor_kit::request_history::RequestRecord;
use parlor_model::Ctx;
use parlor_model::conversation::{ConversationFilter, ConversationSort};
use parlor_model::keyset::SortOrder;
use tokio::sync::watch;

use crate::page::start::{CallView, MadeConversation};

/// Calls that are sent at once.
const MAX_CALLS: usize = 50;
/// Added to the time that a call took, since clocks of requests and rows are read at different moments.
const TOLERANCE: Duration = Duration::from_millis(2);

/// Position of a browser in the calls of its workspace.
pub(super) struct CallSubscription {
    changes: watch::Receiver<u64>,
    after: u64,
}

impl CallSubscription {
    /// Follows the calls after a position. A position of an earlier process is none.
    pub(super) fn new(app: &AppState, after: u64) -> Self {
        let changes = app.requests.subscribe();
        let newest = *changes.borrow();
        Self {
            changes,
            after: if after > newest { 0 } else { after },
        }
    }

    /// Waits for calls of the workspace.
    ///
    /// # Cancel safety
    /// No call is lost: the position moves when the calls are returned.
    pub(super) async fn next(&mut self, app: &AppState, ctx: &Ctx) -> Vec<CallView> {
        loop {
            // Read before the calls: a later one marks the receiver as changed.
            let newest = *self.changes.borrow_and_update();
            let calls = app
                .requests
                .calls_after(ctx.workspace.id, self.after, MAX_CALLS);
            if calls.is_empty() {
                self.after = newest;
                if self.changes.changed().await.is_err() {
                    // The log is dropped with the server only.
                    std::future::pending::<()>().await;
                }
                continue;
            }
            let mut views = Vec::with_capacity(calls.len());
            for call in &calls {
                let mut view = CallView::from_call(call);
                view.made = find_made(app, ctx, call).await;
                views.push(view);
            }
            self.after = newest.max(calls.last().map_or(0, |call| call.number));
            return views;
        }
    }
}

/// Returns the conversation that a call has made, if the newest one of the workspace is from its time.
async fn find_made(app: &AppState, ctx: &Ctx, call: &RequestRecord) -> Option<MadeConversation> {
    if call.method != "POST" || call.status >= 300 {
        return None;
    }
    let newest = ListConversations {
        sort: ConversationSort::CreatedAt,
        order: SortOrder::Descending,
        limit: 1,
        offset: 0,
    };
    let filter = ConversationFilter {
        created_from: Some(call.at.saturating_sub(call.elapsed + TOLERANCE)),
        ..ConversationFilter::default()
    };
    let found = conversation::list(&app.engine, ctx, filter, newest).await;
    let made = found.ok()?.0.into_iter().next()?.conversation;
    Some(MadeConversation {
        id: parlor_kit::ids::format_uuid(made.id),
        title: made.title.unwrap_or_else(|| "Untitled".to_owned()),
    })
}
