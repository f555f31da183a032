//! This vendor's side of a socket: whatever the list of the member's channels says has changed is looked up and told.
//!
//! So a socket costs the same however many channels its member is in, and a channel joined later is one of them. A
//! frame differs from member to member, and is made of more than its log entry: the sender's picture, what is quoted.

use std::collections::{HashMap, VecDeque};

use parlor_engine::conversation;
use parlor_gateway::hub::{ListFeed, Listed};
use parlor_gateway::live::{Act, Desk, Reply};
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::socket::{Ending, Farewell};
use parlor_kit::App;
use parlor_model::conversation::{ConversationKey, Kind};
use parlor_model::error::Kind as Fault;
use parlor_model::participant::State;
use parlor_model::{Ctx, Result, Timestamp};
use tokio::time::{Duration, Instant};

use super::connect::Shown;
use super::farewell;
use super::frame::text;
use super::merge;
use super::news::{Wanted, news};

/// Clocks of nodes are apart, and a time is taken before its commit. Where a channel is where it stood when the socket was
/// opened is known of those in which something had happened within the last minute; of the others nothing that is no
/// older than this can have been said before.
const GRACE: Duration = Duration::from_secs(30);
/// Channels that are told together.
const TOGETHER: usize = 25;
/// Entries of all of them that are read at a time: they may be long.
const ENTRIES: i64 = 100;
/// After a read that failed.
const LATER: Duration = Duration::from_secs(1);

pub(super) struct LiveDesk {
    app: App,
    ctx: Ctx,
    shown: Shown,
    /// What happened before is not told of channels whose position is not known.
    since: Timestamp,
    /// Everything up to these positions was told, by channel: only of those in which something happened meanwhile.
    told: HashMap<i64, i64>,
    waiting: VecDeque<Waiting>,
    due: Option<Instant>,
    is_listed: bool,
}

/// A channel in which something has changed.
#[derive(Clone, Copy)]
struct Waiting {
    number: i64,
    /// How far its log is to be told: what is behind that comes with what happens in other channels meanwhile.
    to: i64,
    kind: Kind,
    mute: bool,
}

impl LiveDesk {
    /// For a connection that begins at a time.
    pub(super) fn new(app: App, ctx: Ctx, shown: Shown, begins: Timestamp) -> Self {
        Self {
            since: begins.minus(GRACE),
            app,
            ctx,
            shown,
            told: HashMap::new(),
            waiting: VecDeque::new(),
            due: None,
            is_listed: true,
        }
    }

    /// Reads the list to its end, before the client knows that it is connected: nothing that is in a log by then is told.
    pub(super) async fn begin(&mut self, list: &mut ListFeed) -> Result<()> {
        loop {
            let listed = list.next().await?;
            for row in &listed.changed {
                self.told.insert(row.number, row.last_seq);
            }
            // Those that the member has hidden.
            for id in listed.gone {
                let key = ConversationKey::Id(id);
                if let Ok(found) = conversation::find(&self.app.engine, &self.ctx, key).await {
                    self.told.insert(found.number, found.last_seq);
                }
            }
            if listed.total.is_some() {
                return Ok(());
            }
        }
    }

    /// Tells some of what is new in the channels that wait, in the order in which it was said.
    async fn tell(&mut self) -> Vec<Act> {
        let count = self.waiting.len().min(TOGETHER);
        let most = ENTRIES / i64::try_from(count.max(1)).unwrap_or(1);
        let mut all = Vec::with_capacity(count);
        let mut channels = Vec::with_capacity(count);
        for waiting in self.waiting.iter().take(count) {
            let wanted = Wanted {
                number: waiting.number,
                told: self.told.get(&waiting.number).copied(),
                to: waiting.to,
                most,
            };
            match news(&self.app, &self.ctx, wanted, self.since).await {
                Ok(news) => {
                    all.push(news);
                    channels.push(*waiting);
                }
                // It is gone, or the member is.
                Err(error) if matches!(error.kind(), Fault::NotFound(_) | Fault::Forbidden(_)) => {
                    self.told.remove(&waiting.number);
                }
                Err(error) => {
                    tracing::warn!(?error, "a channel was not read for its listener");
                    self.due = Some(Instant::now() + LATER);
                    return Vec::new();
                }
            }
        }
        let mut acts = Vec::new();
        while let Some((place, info)) = merge::next(&mut all) {
            let channel = channels.get(place);
            acts.extend(channel.map(|one| Act::Say(text(&info, one.kind, one.mute))));
        }
        self.waiting.drain(..count);
        for (channel, news) in channels.into_iter().zip(&all).rev() {
            self.told.insert(channel.number, news.told());
            if !news.is_over() {
                self.waiting.push_front(channel);
            }
        }
        self.due = (!self.waiting.is_empty()).then(Instant::now);
        acts
    }
}

impl Desk for LiveDesk {
    async fn hear(&mut self, _: &str) -> Reply {
        Reply::default()
    }

    fn hear_binary(&mut self) -> Reply {
        Reply::default()
    }

    fn due(&self) -> Option<Instant> {
        self.due
    }

    async fn ring(&mut self) -> Reply {
        if !self.is_listed {
            self.is_listed = true;
            self.due = None;
            return Reply {
                acts: vec![Act::List(Some(self.since))],
                end: None,
            };
        }
        self.due = None;
        let acts = self.tell().await;
        Reply { acts, end: None }
    }

    fn live(&self, _: i64) -> Option<Utf8Bytes> {
        None
    }

    fn lagged(&self, _: i64, _: i64, _: i64) -> Option<Utf8Bytes> {
        None
    }

    async fn ended(&mut self, _: i64, _: Ending) -> Reply {
        Reply::default()
    }

    fn listed(&mut self, listed: Listed) -> Vec<Utf8Bytes> {
        for row in listed.changed {
            let told = self.told.get(&row.number).copied();
            // From a walk through the whole list it is not known, and everything is told.
            let reached = listed.reached.get(&row.number).copied();
            let to = reached.unwrap_or(row.last_seq);
            if row.taking != State::Joined {
                self.told.remove(&row.number);
            } else if told.map_or(to > 0, |told| told < to) {
                let waiting = Waiting {
                    number: row.number,
                    to,
                    kind: row.kind,
                    mute: row.muted,
                };
                match self.waiting.iter_mut().find(|one| one.number == row.number) {
                    Some(one) => {
                        let to = to.max(one.to);
                        *one = Waiting { to, ..waiting };
                    }
                    None => self.waiting.push_back(waiting),
                }
            }
        }
        if !self.waiting.is_empty() && self.due.is_none() {
            self.due = Some(Instant::now());
        }
        Vec::new()
    }

    fn unlisted(&mut self) -> Vec<Utf8Bytes> {
        // Asked for again; meanwhile nothing is lost, as positions are known.
        self.is_listed = false;
        self.due = Some(Instant::now() + LATER);
        Vec::new()
    }

    async fn leave(&mut self) -> Reply {
        Reply::default()
    }

    fn end(&self, why: Ending) -> Farewell {
        farewell::of(why)
    }

    async fn check(&mut self) -> std::result::Result<(), Ending> {
        match self.shown.ctx(&self.app, self.ctx.request).await {
            Ok(ctx) => {
                self.ctx = ctx;
                Ok(())
            }
            Err(error) if matches!(error.kind(), Fault::Unauthenticated(_)) => {
                Err(Ending::Credential)
            }
            Err(error) if matches!(error.kind(), Fault::Forbidden(_)) => Err(Ending::Forbidden),
            // A database that does not answer for a moment has revoked nothing.
            Err(_) => Ok(()),
        }
    }
}
