//! The list of a member's own conversations as one listener follows it: from a position on, and then live.
//!
//! It tells states and not events: what a conversation looks like now, once for many changes, and perhaps again. A
//! position is a time: everything that changed before it was told, but for what had not been committed yet. So whoever
//! comes back is told of everything since a while before its position, and nothing is lost while a change takes no
//! longer than that.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parlor_engine::participant::{some, stirred};
use parlor_model::id::ConversationId;
use parlor_model::overview::{Overview, Stirred};
use parlor_model::participant::State;
use parlor_model::{Ctx, Result, Timestamp};
use tokio::time::Instant;

use super::Hub;
use super::lobby::{Listener, Lobby, REST, Waiting};

/// Longer than a change takes from its time to its commit, and the clocks of nodes are apart.
const OVERLAP: Duration = Duration::from_secs(60);
/// Conversations of a step.
const STRETCH: usize = 100;
/// Conversations whose ids are remembered, so that their deletion can be told.
const REMEMBERED: usize = 10_000;

/// What has changed.
#[derive(Debug, Default)]
pub struct Listed {
    /// These, as they are now; also those that the member takes part in no more.
    pub changed: Vec<Overview>,
    /// How far their logs, by number, were known to reach when it was found that they have changed; 0 where what changed is
    /// in no log. What a log has behind that was stored later than what all the others have up to there, as far as this
    /// node knows, and is told of again. Empty on a walk through the whole list.
    pub reached: BTreeMap<i64, i64>,
    /// These are not in the list any more: deleted, or hidden by the member.
    pub gone: Vec<ConversationId>,
    /// Everything before this was told.
    pub position: Option<Timestamp>,
    /// At the end of a walk through the whole list: how many conversations are in it.
    pub total: Option<usize>,
}

/// One listener's place in its list. Leaves it when dropped.
pub struct ListFeed {
    hub: Arc<Hub>,
    ctx: Ctx,
    lobby: Arc<Lobby>,
    listener: Arc<Listener>,
    /// What the listener has in its list.
    known: BTreeMap<i64, ConversationId>,
    /// There are more than are remembered.
    partial: bool,
    position: Option<Timestamp>,
    walk: Option<Walk>,
    taken: Waiting,
    /// Nothing is read before.
    rest: Instant,
}

/// On the way through the whole list.
struct Walk {
    /// What changed before this is not told; none where everything is told and nothing that is over.
    since: Option<Timestamp>,
    begun: Timestamp,
    after: i64,
    total: usize,
    seen: BTreeMap<i64, ConversationId>,
}

impl Hub {
    /// Follows the list of the acting member's conversations: those that changed since a position, or all of them.
    pub fn list(self: &Arc<Self>, ctx: &Ctx, position: Option<Timestamp>) -> Result<ListFeed> {
        let member = ctx.member()?.number;
        let (lobby, listener) = self.lobbies.enter(ctx.workspace, member);
        let mut feed = ListFeed {
            hub: self.clone(),
            ctx: *ctx,
            lobby,
            listener,
            known: BTreeMap::new(),
            partial: false,
            position,
            walk: None,
            taken: Waiting::default(),
            rest: Instant::now(),
        };
        feed.walk = Some(feed.begin());
        Ok(feed)
    }
}

impl ListFeed {
    /// Waits for what comes next. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Result<Listed> {
        loop {
            if let Some(walk) = &self.walk {
                let found = self.step(walk.after).await?;
                let listed = self.pass(&found.0, found.1);
                if !listed.is_nothing() {
                    return Ok(listed);
                }
                continue;
            }
            if self.taken.is_nothing() {
                self.listener.wait().await;
                tokio::time::sleep_until(self.rest).await;
                self.taken = self.listener.take(STRETCH);
            }
            self.rest = Instant::now() + REST;
            let strange = |number: &i64| !self.known.contains_key(number);
            if self.taken.all || self.partial && self.taken.gone.iter().any(strange) {
                self.taken = Waiting::default();
                self.walk = Some(self.begin());
                continue;
            }
            let begun = self.hub.engine.now();
            let numbers = self.taken.changed.keys().copied().collect();
            let found = some(&self.hub.engine, &self.ctx, numbers).await?;
            let mut listed = self.turn(found);
            if self.listener.is_empty() {
                self.position = Some(begun);
                listed.position = Some(begun);
            }
            if !listed.changed.is_empty() || !listed.gone.is_empty() {
                return Ok(listed);
            }
        }
    }

    fn begin(&self) -> Walk {
        Walk {
            since: self.position.map(|position| position.minus(OVERLAP)),
            begun: self.hub.engine.now(),
            after: 0,
            total: 0,
            seen: BTreeMap::new(),
        }
    }

    /// A stretch of the whole list, and what those of it look like that have changed.
    async fn step(&self, after: i64) -> Result<(Vec<Stirred>, Vec<Overview>)> {
        let engine = &self.hub.engine;
        let limit = i64::try_from(STRETCH).unwrap_or(i64::MAX);
        let rows = stirred(engine, &self.ctx, after, limit).await?;
        let since = self.walk.as_ref().and_then(|walk| walk.since);
        let changed = rows.iter().filter(|row| is_news(row, since));
        let changed: Vec<i64> = changed.map(|row| row.number).collect();
        let found = match changed.is_empty() {
            true => Vec::new(),
            false => some(engine, &self.ctx, changed).await?,
        };
        Ok((rows, found))
    }

    /// Notes a stretch as told; at the end of the list the walk is over.
    fn pass(&mut self, rows: &[Stirred], found: Vec<Overview>) -> Listed {
        let mut listed = Listed::default();
        let Some(walk) = &mut self.walk else {
            return listed;
        };
        for row in rows {
            walk.after = row.number;
            if row.listed {
                walk.total += 1;
                if walk.seen.len() < REMEMBERED {
                    walk.seen.insert(row.number, row.id);
                }
            } else if row.taking == State::Joined && is_news(row, walk.since) {
                listed.gone.push(row.id);
            }
        }
        listed.changed = found;
        if rows.len() == STRETCH {
            return listed;
        }
        if let Some(walk) = self.walk.take() {
            let before = std::mem::replace(&mut self.known, walk.seen);
            let lost = before.iter();
            let lost = lost.filter(|(number, _)| !self.known.contains_key(number));
            listed.gone.extend(lost.map(|(_, id)| *id));
            self.partial = walk.total > self.known.len();
            self.position = Some(walk.begun);
            listed.position = self.position;
            listed.total = Some(walk.total);
        }
        listed
    }

    /// What was taken, as it looks now.
    fn turn(&mut self, found: Vec<Overview>) -> Listed {
        let taken = std::mem::take(&mut self.taken);
        let mut listed = Listed::default();
        for row in found {
            let is_in = row.taking == State::Joined;
            let was_in = if is_in && self.known.len() < REMEMBERED {
                self.known.insert(row.number, row.id).is_some()
            } else if is_in {
                self.partial = true;
                true
            } else {
                self.known.remove(&row.number).is_some()
            };
            let since = self.position.map(|position| position.minus(OVERLAP));
            let just_left = since.is_some_and(|since| row.place.active_at >= since);
            // What goes on in a conversation that somebody has left is not told.
            if is_in || was_in || self.partial && just_left {
                listed.changed.push(row);
            }
        }
        let told = |number: &i64| listed.changed.iter().any(|row| row.number == *number);
        let lost = taken.changed.keys().copied();
        let lost = lost.filter(|number| !told(number));
        let lost: Vec<i64> = lost.chain(taken.gone).collect();
        let lost = lost.iter().filter_map(|number| self.known.remove(number));
        listed.gone.extend(lost);
        listed.reached = taken.changed;
        listed
    }
}

impl Listed {
    fn is_nothing(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty() && self.total.is_none()
    }
}

impl Waiting {
    fn is_nothing(&self) -> bool {
        !self.all && self.changed.is_empty() && self.gone.is_empty()
    }
}

/// Whether a change is to be told to who was told everything up to a time, or to who has nothing yet.
fn is_news(row: &Stirred, since: Option<Timestamp>) -> bool {
    since.map_or(row.listed, |since| row.at >= since)
}

impl Drop for ListFeed {
    fn drop(&mut self) {
        self.hub.lobbies.leave(&self.lobby, &self.listener);
    }
}
