//! Live subscription to the conversation list of a member, from a position on.
//!
//! Updates carry the current state of a conversation, not events: many changes are coalesced, and a state may be sent
//! twice. A position is a time before which all committed changes were sent. On resume, changes since
//! [`POSITION_OVERLAP`] before the position are sent again, so nothing is lost as long as a commit takes less time
//! than that.

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

/// Bounds the time between the timestamp of a change and its commit, plus the clock skew between nodes.
const POSITION_OVERLAP: Duration = Duration::from_secs(60);
/// Conversations per read.
const LIST_PAGE_CONVERSATIONS: usize = 100;
/// Number of conversation ids kept in order to report deletions.
const MAX_KNOWN_IDS: usize = 10_000;

/// Changes of a conversation list.
#[derive(Debug, Default)]
pub struct ListUpdate {
    /// Changed conversations in their current state, including those that the member has left.
    pub changed: Vec<ConversationListItem>,
    /// Log heads known when the change was detected, by conversation number; 0 for a change outside the log. An entry
    /// after such a head was stored later than the entries of all other conversations up to theirs, as far as this
    /// node knows, and is reported by a later update. Empty during a scan of the whole list.
    pub log_heads: BTreeMap<i64, i64>,
    /// Conversations that are no longer in the list: deleted, or hidden by the member.
    pub removed: Vec<ConversationId>,
    /// All changes before this time were sent.
    pub position: Option<Timestamp>,
    /// Number of conversations in the list, at the end of a scan.
    pub total: Option<usize>,
}

/// Subscription to a member's list; dropping it unsubscribes.
pub struct ListSubscription {
    hub: Arc<Hub>,
    ctx: Ctx,
    broadcaster: Arc<ListBroadcaster>,
    subscriber: Arc<ListSubscriber>,
    /// Conversations in the subscriber's list.
    known_ids: BTreeMap<i64, ConversationId>,
    /// The list has more conversations than `known_ids` holds.
    is_partial: bool,
    position: Option<Timestamp>,
    scan: Option<FullListScan>,
    pending: PendingListChanges,
    /// Earliest time of the next read.
    not_before: Instant,
}

/// Progress of a scan of the whole list.
struct FullListScan {
    /// Only changes since this time are sent; `None` sends every listed conversation and nothing else.
    since: Option<Timestamp>,
    started_at: Timestamp,
    after: i64,
    total: usize,
    seen_ids: BTreeMap<i64, ConversationId>,
}

impl Hub {
    /// Subscribes to the conversation list of the acting member: to changes since a position, or to the whole list.
    ///
    /// # Errors
    /// Fails for an unbound context.
    pub fn subscribe_list(
        self: &Arc<Self>,
        ctx: &Ctx,
        position: Option<Timestamp>,
    ) -> Result<ListSubscription> {
        let member = ctx.member()?.number;
        let (broadcaster, subscriber) = self.list_broadcasters.subscribe(ctx.workspace, member);
        let mut subscription = ListSubscription {
            hub: self.clone(),
            ctx: *ctx,
            broadcaster,
            subscriber,
            known_ids: BTreeMap::new(),
            is_partial: false,
            position,
            scan: None,
            pending: PendingListChanges::default(),
            not_before: Instant::now(),
        };
        subscription.scan = Some(subscription.start_scan());
        Ok(subscription)
    }
}

impl ListSubscription {
    /// Waits for the next update.
    ///
    /// # Cancel safety
    /// No change is lost.
    pub async fn next(&mut self) -> Result<ListUpdate> {
        loop {
            if let Some(scan) = &self.scan {
                let found = self.read_page(scan.after).await?;
                let update = self.apply_page(&found.0, found.1);
                if !update.is_empty() {
                    return Ok(update);
                }
                continue;
            }
            if self.pending.is_empty() {
                self.subscriber.wait().await;
                tokio::time::sleep_until(self.not_before).await;
                self.pending = self.subscriber.take_pending(LIST_PAGE_CONVERSATIONS);
            }
            self.not_before = Instant::now() + RESOLVE_INTERVAL;
            let is_unknown = |number: &i64| !self.known_ids.contains_key(number);
            if self.pending.needs_scan
                || self.is_partial && self.pending.deleted.iter().any(is_unknown)
            {
                self.pending = PendingListChanges::default();
                self.scan = Some(self.start_scan());
                continue;
            }
            let read_at = self.hub.engine.now();
            let numbers = self.pending.changed.keys().copied().collect();
            let found = find_list_items(&self.hub.engine, &self.ctx, numbers).await?;
            let mut update = self.apply_changes(found);
            if self.subscriber.is_empty() {
                self.position = Some(read_at);
                update.position = Some(read_at);
            }
            if !update.changed.is_empty() || !update.removed.is_empty() {
                return Ok(update);
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

    /// Reads a page of the list, with the items of those conversations that have changed.
    async fn read_page(
        &self,
        after: i64,
    ) -> Result<(Vec<ListItemChange>, Vec<ConversationListItem>)> {
        let engine = &self.hub.engine;
        let limit = i64::try_from(LIST_PAGE_CONVERSATIONS).unwrap_or(i64::MAX);
        let rows = list_changes(engine, &self.ctx, after, limit).await?;
        let since = self.scan.as_ref().and_then(|scan| scan.since);
        let changed = rows.iter().filter(|row| changed_since(row, since));
        let changed: Vec<i64> = changed.map(|row| row.number).collect();
        let found = match changed.is_empty() {
            true => Vec::new(),
            false => find_list_items(engine, &self.ctx, changed).await?,
        };
        Ok((rows, found))
    }

    /// Applies a page of the scan; the last page ends the scan.
    fn apply_page(
        &mut self,
        rows: &[ListItemChange],
        found: Vec<ConversationListItem>,
    ) -> ListUpdate {
        let mut update = ListUpdate::default();
        let Some(scan) = &mut self.scan else {
            return update;
        };
        for row in rows {
            scan.after = row.number;
            if row.listed {
                scan.total += 1;
                if scan.seen_ids.len() < MAX_KNOWN_IDS {
                    scan.seen_ids.insert(row.number, row.id);
                }
            } else if row.membership == ParticipantState::Joined && changed_since(row, scan.since) {
                update.removed.push(row.id);
            }
        }
        update.changed = found;
        if rows.len() == LIST_PAGE_CONVERSATIONS {
            return update;
        }
        if let Some(scan) = self.scan.take() {
            let before = std::mem::replace(&mut self.known_ids, scan.seen_ids);
            let removed = before.iter();
            let removed = removed.filter(|(number, _)| !self.known_ids.contains_key(number));
            update.removed.extend(removed.map(|(_, id)| *id));
            self.is_partial = scan.total > self.known_ids.len();
            self.position = Some(scan.started_at);
            update.position = self.position;
            update.total = Some(scan.total);
        }
        update
    }

    /// Applies the pending changes with the current list items.
    fn apply_changes(&mut self, found: Vec<ConversationListItem>) -> ListUpdate {
        let pending = std::mem::take(&mut self.pending);
        let mut update = ListUpdate::default();
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
            // Changes after a member has left are not sent to it.
            if is_in || was_in || self.is_partial && just_left {
                update.changed.push(row);
            }
        }
        let is_listed = |number: &i64| update.changed.iter().any(|row| row.number == *number);
        let removed = pending.changed.keys().copied();
        let removed = removed.filter(|number| !is_listed(number));
        let removed: Vec<i64> = removed.chain(pending.deleted).collect();
        let removed = removed
            .iter()
            .filter_map(|number| self.known_ids.remove(number));
        update.removed.extend(removed);
        update.log_heads = pending.changed;
        update
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

/// Returns whether a row must be sent to a subscriber that has received all changes before `since`, or nothing yet if
/// `None`.
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
