//! Open sockets and streams: each hears what its user may hear, and ends with the right it was opened by.

mod connection;
mod right;

use std::time::Duration;

use parlor_testkit::Rng;

use crate::judge::{Fault, Hole};
use crate::model::{Credential, Dialect, Held, Model, Talk, Verdict, Who};
use crate::probe::{Findings, Focus, described, key_of, whose};
use crate::road::takes;
use crate::stage::Stage;
use connection::Connection;

/// How soon what rests on a right has ended with it: a second, and twice as much again for a busy
/// machine.
const SOON: Duration = Duration::from_secs(3);
/// For what must come.
const PATIENCE: Duration = Duration::from_secs(10);
/// Open at a time.
const MOST: usize = 10;

/// What a listener listens by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A chat's socket, by key and user.
    ChatKey { key: Held, user: Who },
    /// The same by a chat's token.
    ChatToken(Held),
    /// The socket of many, by key and user.
    LiveKey { key: Held, user: Who },
    /// The same by a user's token.
    LiveToken(Held),
    /// A member's channels.
    Channels(Held),
    /// A chat's stream.
    ChatEvents(Held),
    /// A group's stream.
    GroupEvents(Held),
}

impl By {
    pub(crate) const fn held(self) -> Held {
        match self {
            Self::ChatKey { key, .. } | Self::LiveKey { key, .. } => key,
            Self::ChatToken(held)
            | Self::LiveToken(held)
            | Self::Channels(held)
            | Self::ChatEvents(held)
            | Self::GroupEvents(held) => held,
        }
    }

    pub(crate) const fn dialect(self) -> Dialect {
        match self {
            Self::Channels(_) => Dialect::Relation,
            Self::ChatEvents(_) => Dialect::GravityRail,
            Self::GroupEvents(_) => Dialect::Sharely,
            _ => Dialect::TenantChats,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::ChatKey { .. } => "/ws/chat by key",
            Self::ChatToken(_) => "/ws/chat by token",
            Self::LiveKey { .. } => "/live by key",
            Self::LiveToken(_) => "/live by token",
            Self::Channels(_) => "/ws/",
            Self::ChatEvents(_) => "chat events",
            Self::GroupEvents(_) => "group events",
        }
    }

    /// It is about one conversation and ends with it.
    const fn is_single(self) -> bool {
        !matches!(self, Self::Channels(_))
    }
}

struct Listener {
    by: By,
    talk: Talk,
    connection: Connection,
    /// Told of once is enough.
    is_known: bool,
}

#[derive(Default)]
pub(crate) struct Listeners {
    open: Vec<Listener>,
    beats: usize,
    /// What an opening had to come to and did not.
    found: Vec<(Hole, String)>,
}

impl Listeners {
    /// Whether tenant chats' sockets of a member's are open.
    pub(crate) fn are_of(&self, model: &Model, who: Who) -> bool {
        self.open.iter().any(|listener| {
            let user = match listener.by {
                By::ChatKey { user, .. } | By::LiveKey { user, .. } => Some(user),
                By::ChatToken(held) | By::LiveToken(held) => whose(model, held),
                _ => None,
            };
            user == Some(who) && !listener.connection.is_over()
        })
    }

    pub(crate) fn close_one(&mut self, rng: &mut Rng) {
        if !self.open.is_empty() {
            self.open.swap_remove(rng.below(self.open.len()));
        }
    }

    /// Opens one where it must open, or tries where it must not.
    pub(crate) async fn open_one(&mut self, stage: &Stage<'_>, model: &mut Model, rng: &mut Rng) {
        for _ in 0..8 {
            let Some((by, talk)) = drawn(model, rng) else {
                continue;
            };
            let verdict = right::hears(model, by, talk);
            if verdict == Verdict::Open || (verdict == Verdict::Yes && self.open.len() >= MOST) {
                continue;
            }
            let connection = Connection::open(stage, by, talk, model).await;
            match (verdict, connection) {
                (Verdict::Yes, Some(connection)) => self.open.push(Listener {
                    by,
                    talk,
                    connection,
                    is_known: false,
                }),
                (Verdict::Yes, None) => self.note(model, by, talk, Fault::Refused, "opening"),
                // Relation's socket opens for every member; only what it says of a channel counts.
                (Verdict::No(why), Some(_)) if by.is_single() => {
                    self.note(model, by, talk, Fault::LetThrough, why);
                    // It may have joined by that.
                    model.conversations[talk].is_spoiled = true;
                }
                _ => {}
            }
            return;
        }
    }

    fn note(&mut self, model: &Model, by: By, talk: Talk, fault: Fault, why: &str) {
        let hole = Hole {
            dialect: by.dialect(),
            road: by.name().to_owned(),
            by: described(model, by.held()),
            fault,
            why: why.to_owned(),
        };
        let one = &model.conversations[talk];
        let holder = &model.credentials[by.held()];
        self.found.push((
            hole,
            format!("{by:?} {holder:?}, conversation {talk} {one:?}"),
        ));
    }

    /// After a step: what must have ended has, and a word in every conversation reaches those who may hear it and
    /// nobody else.
    pub(crate) async fn check(
        &mut self,
        stage: &Stage<'_>,
        model: &Model,
        focus: &Focus,
        findings: &mut Findings,
        at: &str,
    ) {
        self.ends(model, focus).await;
        self.beat(stage, model).await;
        for (hole, detail) in std::mem::take(&mut self.found) {
            findings
                .holes
                .entry(hole)
                .or_insert_with(|| format!("{at}: {detail}"));
        }
        self.open.retain(|listener| !listener.connection.is_over());
    }

    async fn ends(&mut self, model: &Model, focus: &Focus) {
        let mut notes = Vec::new();
        for listener in &mut self.open {
            let (by, talk) = (listener.by, listener.talk);
            let verdict = right::holds(model, by, talk);
            let connection = &mut listener.connection;
            if let Verdict::No(why) = verdict
                && !listener.is_known
                && !connection.ends_within(SOON).await
            {
                listener.is_known = true;
                notes.push((by, talk, Fault::GoesOn, why));
            }
            // Whoever's rights have changed may be sent away to come back with those it has now.
            if verdict == Verdict::Yes && connection.is_over() && !concerns(model, by, talk, focus)
            {
                notes.push((by, talk, Fault::Deaf, "it has ended"));
            }
        }
        for (by, talk, fault, why) in notes {
            self.note(model, by, talk, fault, why);
        }
    }

    async fn beat(&mut self, stage: &Stage<'_>, model: &Model) {
        let mut said = Vec::new();
        let mut talks: Vec<Talk> = self.open.iter().map(|listener| listener.talk).collect();
        talks.sort_unstable();
        talks.dedup();
        for talk in talks {
            let one = &model.conversations[talk];
            if !one.is_known() || !one.is_open || one.kind == crate::model::Kind::Direct {
                continue;
            }
            self.beats += 1;
            let words = format!("beat{}q{}q", self.beats, stage.mark(talk));
            if stage.say(talk, &words).await.is_granted {
                said.push((talk, words));
            }
        }
        let mut notes = Vec::new();
        for listener in &mut self.open {
            for (talk, words) in &said {
                let follows = *talk == listener.talk || !listener.by.is_single();
                let connection = &mut listener.connection;
                if right::hears(model, listener.by, *talk) == Verdict::Yes
                    && follows
                    && !connection.is_over()
                    && !connection.hears(words, PATIENCE).await
                    && !connection.is_over()
                {
                    notes.push((listener.by, *talk, Fault::Deaf, "a word did not come"));
                }
            }
        }
        // Whoever must hear something has heard it: what the others heard is there as well.
        for listener in &self.open {
            for (talk, words) in &said {
                if let Verdict::No(why) = right::hears(model, listener.by, *talk)
                    && listener.connection.has_heard(words)
                {
                    notes.push((listener.by, *talk, Fault::Heard, why));
                }
            }
        }
        for (by, talk, fault, why) in notes {
            self.note(model, by, talk, fault, why);
        }
    }
}

/// Whether a step was about anything that a listener rests on.
fn concerns(model: &Model, by: By, talk: Talk, focus: &Focus) -> bool {
    let held = by.held();
    let members = [whose(model, held), user(by)].into_iter().flatten();
    focus.talks.contains(&talk)
        || focus.credentials.contains(&held)
        || members.into_iter().any(|who| focus.members.contains(&who))
        || key_of(model, held).is_some_and(|key| {
            focus.credentials.contains(&key)
                || whose(model, key).is_some_and(|who| focus.members.contains(&who))
        })
}

pub(crate) const fn user(by: By) -> Option<Who> {
    match by {
        By::ChatKey { user, .. } | By::LiveKey { user, .. } => Some(user),
        _ => None,
    }
}

/// Something to listen by, and to what.
fn drawn(model: &Model, rng: &mut Rng) -> Option<(By, Talk)> {
    let fit: Vec<Held> = (0..model.credentials.len())
        .filter(|held| !model.unsure.contains(held))
        .collect();
    let held = fit[rng.below(fit.len())];
    let talks: Vec<Talk> = model.talks().collect();
    let talk = *talks.get(rng.below(talks.len().max(1)))?;
    let one = &model.conversations[talk];
    let credential = &model.credentials[held];
    let users: Vec<Who> = one.parts.keys().copied().collect();
    let user = users[rng.below(users.len())];
    let by = match credential {
        Credential::ChatToken { talk, .. } => return Some((By::ChatToken(held), *talk)),
        Credential::UserToken { .. } => By::LiveToken(held),
        Credential::Key { .. } => match rng.below(3) {
            0 => By::ChatKey { key: held, user },
            1 => By::LiveKey { key: held, user },
            _ => By::ChatEvents(held),
        },
        Credential::MemberToken { .. } if rng.below(2) == 0 => By::Channels(held),
        credential if takes(Dialect::GravityRail, credential) => By::ChatEvents(held),
        _ => {
            one.room?;
            By::GroupEvents(held)
        }
    };
    Some((by, talk))
}
