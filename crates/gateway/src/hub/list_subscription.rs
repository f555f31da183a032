//! The list of a member's own conversations as one listener follows it: from a position on, and then live.
//!
//! It tells states and not events: what a conversation looks like now, once for many changes, and perhaps again. A
//! position is a time: everything that changed before it was told, but for what had not been committed yet. So whoever
//! comes back is told of everything since a while before its position, and nothing is lost while a change takes no
//! longer than that.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parlor_engine::participant::{find_list_items, list_changes};
use parlor_model::conversation_list_item::{ConversationListItem, ListItemChange};
use parlor_model::id::ConversationId;
use parlor_model::participant::ParticipantState;
use parlor_model::{Ctx, Result, Timestamp};
use tokio::time::Instant;

use super::Hub;
use super::list_broadcaster::{
    ListBroadcaster, ListSubscriber, PendingListChanges, RESOLVE_INTERVAL,
};

/// Longer than a change takes from its time to its commit, and the clocks of nodes are apart.
const POSITION_OVERLAP: Duration = Duration::from_secs(60);
/// Conversations of a step.
const LIST_PAGE_CONVERSATIONS: usize = 100;
/// Conversations whose ids are remembered, so that their deletion can be told.
const MAX_KNOWN_IDS: usize = 10_000;

/// What has changed.
#[derive(Debug, Default)]
pub struct ListUpdate {
    /// These, as they are now; also those that the member takes part in no more.
    pub changed: Vec<ConversationListItem>,
    /// How far their logs, by number, were known to reach when it was found that they have changed; 0 where what changed is
    /// in no log. What a log has behind that was stored later than what all the others have up to there, as far as this
    /// node knows, and is told of again. Empty on a walk through the whole list.
    pub log_heads: BTreeMap<i64, i64>,
    /// These are not in the list any more: deleted, or hidden by the member.
    pub removed: Vec<ConversationId>,
    /// Everything before this was told.
    pub position: Option<Timestamp>,
    /// At the end of a walk through the whole list: how many conversations are in it.
    pub total: Option<usize>,
}

/// One listener's place in its list. Leaves it when dropped.
pub struct ListSubscription {
    hub: Arc<Hub>,
    ctx: Ctx,
    broadcaster: Arc<ListBroadcaster>,
    subscriber: Arc<ListSubscriber>,
    /// What the listener has in its list.
    known_ids: BTreeMap<i64, ConversationId>,
    /// There are more than are remembered.
    is_partial: bool,
    position: Option<Timestamp>,
    scan: Option<FullListScan>,
    pending: PendingListChanges,
    /// Nothing is read before.
    not_before: Instant,
}

/// On the way through the whole list.
struct FullListScan {
    /// What changed before this is not told; none where everything is told and nothing that is over.
    since: Option<Timestamp>,
    started_at: Timestamp,
    after: i64,
    total: usize,
    seen_ids: BTreeMap<i64, ConversationId>,
}

impl Hub {
    /// Follows the list of the acting member's conversations: those that changed since a position, or all of them.
    pub fn subscribe_list(
        self: &Arc<Self>,
        ctx: &Ctx,
        position: Option<Timestamp>,
    ) -> Result<ListSubscription> {
        let member = ctx.member()?.number;
        let (lobby, listener) = self.list_broadcasters.subscribe(ctx.workspace, member);
        let mut feed = ListSubscription {
            hub: self.clone(),
            ctx: *ctx,
            broadcaster: lobby,
            subscriber: listener,
            known_ids: BTreeMap::new(),
            is_partial: false,
            position,
            scan: None,
            pending: PendingListChanges::default(),
            not_before: Instant::now(),
        };
        feed.scan = Some(feed.start_scan());
        Ok(feed)
    }
}

impl ListSubscription {
    /// Waits for what comes next. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Result<ListUpdate> {
        loop {
            if let Some(walk) = &self.scan {
                let found = self.read_page(walk.after).await?;
                let listed = self.apply_page(&found.0, found.1);
                if !listed.is_empty() {
                    return Ok(listed);
                }
                continue;
            }
            if self.pending.is_empty() {
                self.subscriber.wait().await;
                tokio::time::sleep_until(self.not_before).await;
                self.pending = self.subscriber.take_pending(LIST_PAGE_CONVERSATIONS);
            }
            self.not_before = Instant::now() + RESOLVE_INTERVAL;
            let strange = |number: &i64| !self.known_ids.contains_key(number);
            if self.pending.needs_scan
                || self.is_partial && self.pending.deleted.iter().any(strange)
            {
                self.pending = PendingListChanges::default();
                self.scan = Some(self.start_scan());
                continue;
            }
            let begun = self.hub.engine.now();
            let numbers = self.pending.changed.keys().copied().collect();
            let found = find_list_items(&self.hub.engine, &self.ctx, numbers).await?;
            let mut listed = self.apply_changes(found);
            if self.subscriber.is_empty() {
                self.position = Some(begun);
                listed.position = Some(begun);
            }
            if !listed.changed.is_empty() || !listed.removed.is_empty() {
                return Ok(listed);
            }
        }
    }

    fn start_scan(&self) -> FullListScan {
        FullListScan {
            since: self
                .position
                .map(|position| position.saturating_sub(POSITION_OVERLAP)),
            started_at: self.hub.engine.now(),
            after: 0,
            total: 0,
            seen_ids: BTreeMap::new(),
        }
    }

    /// A stretch of the whole list, and what those of it look like that have changed.
    async fn read_page(
        &self,
        after: i64,
    ) -> Result<(Vec<ListItemChange>, Vec<ConversationListItem>)> {
        let engine = &self.hub.engine;
        let limit = i64::try_from(LIST_PAGE_CONVERSATIONS).unwrap_or(i64::MAX);
        let rows = list_changes(engine, &self.ctx, after, limit).await?;
        let since = self.scan.as_ref().and_then(|walk| walk.since);
        let changed = rows.iter().filter(|row| changed_since(row, since));
        let changed: Vec<i64> = changed.map(|row| row.number).collect();
        let found = match changed.is_empty() {
            true => Vec::new(),
            false => find_list_items(engine, &self.ctx, changed).await?,
        };
        Ok((rows, found))
    }

    /// Notes a stretch as told; at the end of the list the walk is over.
    fn apply_page(
        &mut self,
        rows: &[ListItemChange],
        found: Vec<ConversationListItem>,
    ) -> ListUpdate {
        let mut listed = ListUpdate::default();
        let Some(walk) = &mut self.scan else {
            return listed;
        };
        for row in rows {
            walk.after = row.number;
            if row.listed {
                walk.total += 1;
                if walk.seen_ids.len() < MAX_KNOWN_IDS {
                    walk.seen_ids.insert(row.number, row.id);
                }
            } else if row.membership == ParticipantState::Joined && changed_since(row, walk.since) {
                listed.removed.push(row.id);
            }
        }
        listed.changed = found;
        if rows.len() == LIST_PAGE_CONVERSATIONS {
            return listed;
        }
        if let Some(walk) = self.scan.take() {
            let before = std::mem::replace(&mut self.known_ids, walk.seen_ids);
            let lost = before.iter();
            let lost = lost.filter(|(number, _)| !self.known_ids.contains_key(number));
            listed.removed.extend(lost.map(|(_, id)| *id));
            self.is_partial = walk.total > self.known_ids.len();
            self.position = Some(walk.started_at);
            listed.position = self.position;
            listed.total = Some(walk.total);
        }
        listed
    }

    /// What was taken, as it looks now.
    fn apply_changes(&mut self, found: Vec<ConversationListItem>) -> ListUpdate {
        let taken = std::mem::take(&mut self.pending);
        let mut listed = ListUpdate::default();
        for row in found {
            let is_in = row.membership == ParticipantState::Joined;
            let was_in = if is_in && self.known_ids.len() < MAX_KNOWN_IDS {
                self.known_ids.insert(row.number, row.id).is_some()
            } else if is_in {
                self.is_partial = true;
                true
            } else {
                self.known_ids.remove(&row.number).is_some()
            };
            let since = self
                .position
                .map(|position| position.saturating_sub(POSITION_OVERLAP));
            let just_left = since.is_some_and(|since| row.cursor.active_at >= since);
            // What goes on in a conversation that somebody has left is not told.
            if is_in || was_in || self.is_partial && just_left {
                listed.changed.push(row);
            }
        }
        let told = |number: &i64| listed.changed.iter().any(|row| row.number == *number);
        let lost = taken.changed.keys().copied();
        let lost = lost.filter(|number| !told(number));
        let lost: Vec<i64> = lost.chain(taken.deleted).collect();
        let lost = lost
            .iter()
            .filter_map(|number| self.known_ids.remove(number));
        listed.removed.extend(lost);
        listed.log_heads = taken.changed;
        listed
    }
}

impl ListUpdate {
    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.removed.is_empty() && self.total.is_none()
    }
}

impl PendingListChanges {
    fn is_empty(&self) -> bool {
        !self.needs_scan && self.changed.is_empty() && self.deleted.is_empty()
    }
}

/// Whether a change is to be told to who was told everything up to a time, or to who has nothing yet.
fn changed_since(row: &ListItemChange, since: Option<Timestamp>) -> bool {
    since.map_or(row.listed, |since| row.at >= since)
}

impl Drop for ListSubscription {
    fn drop(&mut self) {
        self.hub
            .list_broadcasters
            .unsubscribe(&self.broadcaster, &self.subscriber);
    }
}
