//! This vendor's side of a socket: whatever the list of the member's channels says has changed is looked up and told.
//!
//! So a socket costs the same however many channels its member is in, and a channel joined later is one of them. A
//! frame differs from member to member, and is made of more than its log entry: the sender's picture, what is quoted.

use std::collections::{HashMap, VecDeque};

use axum::extract::ws::Utf8Bytes;
use parlor_gateway::hub::Listed;
use parlor_gateway::live::{Act, Desk, Reply};
use parlor_gateway::socket::{Ending, Farewell};
use parlor_kit::App;
use parlor_model::conversation::Kind;
use parlor_model::error::Kind as Fault;
use parlor_model::participant::State;
use parlor_model::{Ctx, Timestamp};
use tokio::time::{Duration, Instant};

use super::connect::Shown;
use super::farewell;
use super::frame::text;
use super::news::news;

/// Clocks of nodes are apart, and a time is taken before its commit: what was said so shortly before the socket was
/// opened may be told.
const GRACE: Duration = Duration::from_secs(1);
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
struct Waiting {
    number: i64,
    kind: Kind,
    mute: bool,
}

impl LiveDesk {
    pub(super) fn new(app: App, ctx: Ctx, shown: Shown) -> Self {
        Self {
            since: app.engine.now().minus(GRACE),
            app,
            ctx,
            shown,
            told: HashMap::new(),
            waiting: VecDeque::new(),
            due: Some(Instant::now()),
            is_listed: false,
        }
    }

    /// Tells some of what is new in the first channel that waits.
    async fn tell(&mut self) -> Vec<Act> {
        let Some(first) = self.waiting.front() else {
            return Vec::new();
        };
        let number = first.number;
        let told = self.told.get(&number).copied();
        let found = news(&self.app, &self.ctx, number, told, self.since).await;
        match found {
            Ok(news) => {
                let frames = news.messages.iter();
                let frames = frames.map(|info| Act::Say(text(info, first.kind, first.mute)));
                let acts = frames.collect();
                self.told.insert(number, news.until);
                if !news.has_more {
                    self.waiting.pop_front();
                }
                self.due = Some(Instant::now());
                acts
            }
            // It is gone, or the member is.
            Err(error) if matches!(error.kind(), Fault::NotFound(_) | Fault::Forbidden(_)) => {
                self.told.remove(&number);
                self.waiting.pop_front();
                self.due = Some(Instant::now());
                Vec::new()
            }
            Err(error) => {
                tracing::warn!(?error, "a channel was not read for its listener");
                self.due = Some(Instant::now() + LATER);
                Vec::new()
            }
        }
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
        if self.waiting.is_empty() {
            self.due = None;
        }
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
            if row.taking != State::Joined {
                self.told.remove(&row.number);
            } else if told.is_none_or(|told| told < row.last_seq) {
                let waiting = Waiting {
                    number: row.number,
                    kind: row.kind,
                    mute: row.muted,
                };
                match self.waiting.iter_mut().find(|one| one.number == row.number) {
                    Some(one) => *one = waiting,
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

    async fn check(&mut self) -> Result<(), Ending> {
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
