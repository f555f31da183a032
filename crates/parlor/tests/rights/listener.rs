//! Open sockets and streams: each receives what its user may read, and ends with the right it was opened by.

mod connection;
mod credential;
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
use credential::ListenCredential;

/// Deadline by which a connection has ended after its right: one second, tripled for a busy machine.
const REVOCATION_TIMEOUT: Duration = Duration::from_secs(3);
/// Deadline for expected messages.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum number of open listeners.
const MAX_OPEN: usize = 10;

struct OpenListener {
    by: ListenCredential,
    conversation: ConversationIndex,
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
            let Some((by, conversation)) = draw_listener(model, rng) else {
                continue;
            };
            let verdict = expectation::may_receive(model, by, conversation);
            if verdict == Verdict::Open || (verdict == Verdict::Yes && self.open.len() >= MAX_OPEN)
            {
                continue;
            }
            let connection = ReadConnection::open(stage, by, conversation, model).await;
            match (verdict, connection) {
                (Verdict::Yes, Some(connection)) => self.open.push(OpenListener {
                    by,
                    conversation,
                    connection,
                    is_reported: false,
                }),
                (Verdict::Yes, None) => {
                    self.add_finding(
                        model,
                        by,
                        conversation,
                        FindingKind::WronglyRefused,
                        "opening",
                    );
                }
                // Relation's socket opens for every member; only its events about a channel count.
                (Verdict::No(why), Some(_)) if by.is_single() => {
                    self.add_finding(model, by, conversation, FindingKind::WronglyGranted, why);
                    // Opening it may have made the user a participant.
                    model.conversations[conversation].is_unreliable = true;
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
        conversation: ConversationIndex,
        fault: FindingKind,
        why: &str,
    ) {
        let finding = Finding {
            dialect: by.dialect(),
            operation: by.name().to_owned(),
            by: describe_credential(model, by.credential()),
            fault,
            why: why.to_owned(),
        };
        let one = &model.conversations[conversation];
        let holder = &model.credentials[by.credential()];
        self.findings.push((
            finding,
            format!("{by:?} {holder:?}, conversation {conversation} {one:?}"),
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
        for (finding, detail) in std::mem::take(&mut self.findings) {
            findings
                .findings
                .entry(finding)
                .or_insert_with(|| format!("{at}: {detail}"));
        }
        self.open.retain(|listener| !listener.connection.is_over());
    }

    async fn check_ended(&mut self, model: &Model, focus: &ProbeFocus) {
        let mut notes = Vec::new();
        for listener in &mut self.open {
            let (by, conversation) = (listener.by, listener.conversation);
            let verdict = expectation::may_stay_open(model, by, conversation);
            let connection = &mut listener.connection;
            if let Verdict::No(why) = verdict
                && !listener.is_reported
                && !connection.ends_within(REVOCATION_TIMEOUT).await
            {
                listener.is_reported = true;
                notes.push((by, conversation, FindingKind::NotEnded, why));
            }
            // A listener whose rights have changed may be closed so that it reconnects with the new ones.
            if verdict == Verdict::Yes
                && connection.is_over()
                && !is_affected(model, by, conversation, focus)
            {
                notes.push((by, conversation, FindingKind::NotDelivered, "it has ended"));
            }
        }
        for (by, conversation, fault, why) in notes {
            self.add_finding(model, by, conversation, fault, why);
        }
    }

    async fn send_and_check(&mut self, stage: &TestStage<'_>, model: &Model) {
        let mut sent = Vec::new();
        let mut conversations: Vec<ConversationIndex> = self
            .open
            .iter()
            .map(|listener| listener.conversation)
            .collect();
        conversations.sort_unstable();
        conversations.dedup();
        for conversation in conversations {
            let one = &model.conversations[conversation];
            if !one.is_known() || !one.is_open || one.kind == crate::model::Kind::Direct {
                continue;
            }
            self.messages_sent += 1;
            let text = format!(
                "beat{}q{}q",
                self.messages_sent,
                stage.conversation_marker(conversation)
            );
            if stage.send_message(conversation, &text).await.is_granted {
                sent.push((conversation, text));
            }
        }
        let mut notes = Vec::new();
        for listener in &mut self.open {
            for (conversation, text) in &sent {
                let follows = *conversation == listener.conversation || !listener.by.is_single();
                let connection = &mut listener.connection;
                if expectation::may_receive(model, listener.by, *conversation) == Verdict::Yes
                    && follows
                    && !connection.is_over()
                    && !connection.receives_within(text, DELIVERY_TIMEOUT).await
                    && !connection.is_over()
                {
                    notes.push((
                        listener.by,
                        *conversation,
                        FindingKind::NotDelivered,
                        "a word did not come",
                    ));
                }
            }
        }
        // All expected messages have arrived, so unexpected ones would have arrived too.
        for listener in &self.open {
            for (conversation, text) in &sent {
                if let Verdict::No(why) =
                    expectation::may_receive(model, listener.by, *conversation)
                    && listener.connection.has_received(text)
                {
                    notes.push((
                        listener.by,
                        *conversation,
                        FindingKind::WronglyDelivered,
                        why,
                    ));
                }
            }
        }
        for (by, conversation, fault, why) in notes {
            self.add_finding(model, by, conversation, fault, why);
        }
    }
}

/// Whether a step changed anything that a listener depends on.
fn is_affected(
    model: &Model,
    by: ListenCredential,
    conversation: ConversationIndex,
    focus: &ProbeFocus,
) -> bool {
    let held = by.credential();
    let members = [member_of(model, held), by.user()].into_iter().flatten();
    focus.conversations.contains(&conversation)
        || focus.credentials.contains(&held)
        || members.into_iter().any(|who| focus.members.contains(&who))
        || key_of(model, held).is_some_and(|key| {
            focus.credentials.contains(&key)
                || member_of(model, key).is_some_and(|who| focus.members.contains(&who))
        })
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
    let conversations: Vec<ConversationIndex> = model.known_conversations().collect();
    let conversation = *conversations.get(rng.below(conversations.len().max(1)))?;
    let one = &model.conversations[conversation];
    let credential = &model.credentials[held];
    let users: Vec<MemberIndex> = one.participations.keys().copied().collect();
    let user = users[rng.below(users.len())];
    let by = match credential {
        Credential::ChatToken { conversation, .. } => {
            return Some((ListenCredential::ChatToken(held), *conversation));
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
    Some((by, conversation))
}
