//! Open sockets and streams: each receives what its user may read, and ends with the right it was opened by.

mod connection;
mod expectation;

use std::time::Duration;

use parlor_testkit::TestRng;

use crate::judge::{Finding, FindingKind};
use crate::model::{
    ConversationIndex, Credential, CredentialIndex, Dialect, MemberIndex, Model, Verdict,
};
use crate::operation::accepts;
use crate::probe::{ProbeFindings, ProbeFocus, describe_credential, key_of, member_of};
use crate::stage::TestStage;
use connection::ReadConnection;

/// Deadline by which a connection has ended after its right: one second, tripled for a busy machine.
const REVOCATION_TIMEOUT: Duration = Duration::from_secs(3);
/// Deadline for expected messages.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum number of open listeners.
const MAX_OPEN: usize = 10;

/// The kind and credential of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListenCredential {
    /// A chat's socket, opened with key and user.
    ChatKey {
        key: CredentialIndex,
        user: MemberIndex,
    },
    /// A chat's socket, opened with the chat's token.
    ChatToken(CredentialIndex),
    /// The multiplexed socket, opened with key and user.
    LiveKey {
        key: CredentialIndex,
        user: MemberIndex,
    },
    /// The multiplexed socket, opened with a user's token.
    LiveToken(CredentialIndex),
    /// Relation's socket of a member's channels.
    Channels(CredentialIndex),
    /// Gravity Rail's stream of a chat.
    ChatEvents(CredentialIndex),
    /// Sharely's stream of a group.
    GroupEvents(CredentialIndex),
}

impl ListenCredential {
    pub(crate) const fn credential(self) -> CredentialIndex {
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

    /// Whether it belongs to one conversation and ends with it.
    const fn is_single(self) -> bool {
        !matches!(self, Self::Channels(_))
    }
}

struct OpenListener {
    by: ListenCredential,
    talk: ConversationIndex,
    connection: ReadConnection,
    /// Whether a finding of this listener is already reported.
    is_reported: bool,
}

#[derive(Default)]
pub(crate) struct ListenerSet {
    open: Vec<OpenListener>,
    messages_sent: usize,
    /// The violation at opening, if any.
    findings: Vec<(Finding, String)>,
}

impl ListenerSet {
    /// Whether a member has open tenant-chats sockets.
    pub(crate) fn has_sockets_of(&self, model: &Model, who: MemberIndex) -> bool {
        self.open.iter().any(|listener| {
            let user = match listener.by {
                ListenCredential::ChatKey { user, .. } | ListenCredential::LiveKey { user, .. } => {
                    Some(user)
                }
                ListenCredential::ChatToken(held) | ListenCredential::LiveToken(held) => {
                    member_of(model, held)
                }
                _ => None,
            };
            user == Some(who) && !listener.connection.is_over()
        })
    }

    pub(crate) fn close_one(&mut self, rng: &mut TestRng) {
        if !self.open.is_empty() {
            self.open.swap_remove(rng.below(self.open.len()));
        }
    }

    /// Opens a listener where that must succeed, or tries to where it must fail.
    pub(crate) async fn open_one(
        &mut self,
        stage: &TestStage<'_>,
        model: &mut Model,
        rng: &mut TestRng,
    ) {
        for _ in 0..8 {
            let Some((by, talk)) = draw_listener(model, rng) else {
                continue;
            };
            let verdict = expectation::may_receive(model, by, talk);
            if verdict == Verdict::Open || (verdict == Verdict::Yes && self.open.len() >= MAX_OPEN)
            {
                continue;
            }
            let connection = ReadConnection::open(stage, by, talk, model).await;
            match (verdict, connection) {
                (Verdict::Yes, Some(connection)) => self.open.push(OpenListener {
                    by,
                    talk,
                    connection,
                    is_reported: false,
                }),
                (Verdict::Yes, None) => {
                    self.add_finding(model, by, talk, FindingKind::WronglyRefused, "opening");
                }
                // Relation's socket opens for every member; only its events about a channel count.
                (Verdict::No(why), Some(_)) if by.is_single() => {
                    self.add_finding(model, by, talk, FindingKind::WronglyGranted, why);
                    // Opening it may have made the user a participant.
                    model.conversations[talk].is_unreliable = true;
                }
                _ => {}
            }
            return;
        }
    }

    fn add_finding(
        &mut self,
        model: &Model,
        by: ListenCredential,
        talk: ConversationIndex,
        fault: FindingKind,
        why: &str,
    ) {
        let hole = Finding {
            dialect: by.dialect(),
            road: by.name().to_owned(),
            by: describe_credential(model, by.credential()),
            fault,
            why: why.to_owned(),
        };
        let one = &model.conversations[talk];
        let holder = &model.credentials[by.credential()];
        self.findings.push((
            hole,
            format!("{by:?} {holder:?}, conversation {talk} {one:?}"),
        ));
    }

    /// After a step: checks that the listeners that must end have ended, and that a message in every conversation
    /// reaches exactly the listeners that may receive it.
    pub(crate) async fn check(
        &mut self,
        stage: &TestStage<'_>,
        model: &Model,
        focus: &ProbeFocus,
        findings: &mut ProbeFindings,
        at: &str,
    ) {
        self.check_ended(model, focus).await;
        self.send_and_check(stage, model).await;
        for (hole, detail) in std::mem::take(&mut self.findings) {
            findings
                .findings
                .entry(hole)
                .or_insert_with(|| format!("{at}: {detail}"));
        }
        self.open.retain(|listener| !listener.connection.is_over());
    }

    async fn check_ended(&mut self, model: &Model, focus: &ProbeFocus) {
        let mut notes = Vec::new();
        for listener in &mut self.open {
            let (by, talk) = (listener.by, listener.talk);
            let verdict = expectation::may_stay_open(model, by, talk);
            let connection = &mut listener.connection;
            if let Verdict::No(why) = verdict
                && !listener.is_reported
                && !connection.ends_within(REVOCATION_TIMEOUT).await
            {
                listener.is_reported = true;
                notes.push((by, talk, FindingKind::NotEnded, why));
            }
            // A listener whose rights have changed may be closed so that it reconnects with the new ones.
            if verdict == Verdict::Yes
                && connection.is_over()
                && !is_affected(model, by, talk, focus)
            {
                notes.push((by, talk, FindingKind::NotDelivered, "it has ended"));
            }
        }
        for (by, talk, fault, why) in notes {
            self.add_finding(model, by, talk, fault, why);
        }
    }

    async fn send_and_check(&mut self, stage: &TestStage<'_>, model: &Model) {
        let mut said = Vec::new();
        let mut talks: Vec<ConversationIndex> =
            self.open.iter().map(|listener| listener.talk).collect();
        talks.sort_unstable();
        talks.dedup();
        for talk in talks {
            let one = &model.conversations[talk];
            if !one.is_known() || !one.is_open || one.kind == crate::model::Kind::Direct {
                continue;
            }
            self.messages_sent += 1;
            let words = format!(
                "beat{}q{}q",
                self.messages_sent,
                stage.conversation_marker(talk)
            );
            if stage.send_message(talk, &words).await.is_granted {
                said.push((talk, words));
            }
        }
        let mut notes = Vec::new();
        for listener in &mut self.open {
            for (talk, words) in &said {
                let follows = *talk == listener.talk || !listener.by.is_single();
                let connection = &mut listener.connection;
                if expectation::may_receive(model, listener.by, *talk) == Verdict::Yes
                    && follows
                    && !connection.is_over()
                    && !connection.receives_within(words, DELIVERY_TIMEOUT).await
                    && !connection.is_over()
                {
                    notes.push((
                        listener.by,
                        *talk,
                        FindingKind::NotDelivered,
                        "a word did not come",
                    ));
                }
            }
        }
        // All expected messages have arrived, so unexpected ones would have arrived too.
        for listener in &self.open {
            for (talk, words) in &said {
                if let Verdict::No(why) = expectation::may_receive(model, listener.by, *talk)
                    && listener.connection.has_received(words)
                {
                    notes.push((listener.by, *talk, FindingKind::WronglyDelivered, why));
                }
            }
        }
        for (by, talk, fault, why) in notes {
            self.add_finding(model, by, talk, fault, why);
        }
    }
}

/// Whether a step changed anything that a listener depends on.
fn is_affected(
    model: &Model,
    by: ListenCredential,
    talk: ConversationIndex,
    focus: &ProbeFocus,
) -> bool {
    let held = by.credential();
    let members = [member_of(model, held), user_of(by)].into_iter().flatten();
    focus.conversations.contains(&talk)
        || focus.credentials.contains(&held)
        || members.into_iter().any(|who| focus.members.contains(&who))
        || key_of(model, held).is_some_and(|key| {
            focus.credentials.contains(&key)
                || member_of(model, key).is_some_and(|who| focus.members.contains(&who))
        })
}

pub(crate) const fn user_of(by: ListenCredential) -> Option<MemberIndex> {
    match by {
        ListenCredential::ChatKey { user, .. } | ListenCredential::LiveKey { user, .. } => {
            Some(user)
        }
        _ => None,
    }
}

/// Draws a credential and a conversation to listen to.
fn draw_listener(
    model: &Model,
    rng: &mut TestRng,
) -> Option<(ListenCredential, ConversationIndex)> {
    let fit: Vec<CredentialIndex> = (0..model.credentials.len())
        .filter(|held| !model.undecided.contains(held))
        .collect();
    let held = fit[rng.below(fit.len())];
    let talks: Vec<ConversationIndex> = model.known_conversations().collect();
    let talk = *talks.get(rng.below(talks.len().max(1)))?;
    let one = &model.conversations[talk];
    let credential = &model.credentials[held];
    let users: Vec<MemberIndex> = one.participations.keys().copied().collect();
    let user = users[rng.below(users.len())];
    let by = match credential {
        Credential::ChatToken { talk, .. } => {
            return Some((ListenCredential::ChatToken(held), *talk));
        }
        Credential::UserToken { .. } => ListenCredential::LiveToken(held),
        Credential::Key { .. } => match rng.below(3) {
            0 => ListenCredential::ChatKey { key: held, user },
            1 => ListenCredential::LiveKey { key: held, user },
            _ => ListenCredential::ChatEvents(held),
        },
        Credential::MemberToken { .. } if rng.below(2) == 0 => ListenCredential::Channels(held),
        credential if accepts(Dialect::GravityRail, credential) => {
            ListenCredential::ChatEvents(held)
        }
        _ => {
            one.room?;
            ListenCredential::GroupEvents(held)
        }
    };
    Some((by, talk))
}
