//! Tries operations with every credential.

use std::collections::{BTreeMap, BTreeSet};

use parlor_testkit::TestRng;

use crate::coverage::Coverage;
use crate::judge::{Finding, FindingKind, ObservedOutcome, judge};
use crate::model::{
    ConversationIndex, Credential, CredentialIndex, Dialect, MemberIndex, Model, OWNER, Role,
    Verdict,
};
use crate::operation::{Expected, Operation, Target, TargetKind, TryPolicy, accepts};
use crate::stage::{ApiAnswer, TestStage, send};

/// Attempts after a step: those related to what the step changed, and others.
const FOCUSED_ATTEMPTS: usize = 70;
const RANDOM_ATTEMPTS: usize = 30;
/// Maximum number of targets drawn until one fits an operation.
const MAX_TARGET_DRAWS: usize = 8;

/// The findings so far, each with the step where it was first seen.
#[derive(Default)]
pub(crate) struct ProbeFindings {
    pub(crate) findings: BTreeMap<Finding, String>,
    pub(crate) coverage: Coverage,
    /// Every answer, if violations are to be planted in them.
    pub(crate) record: Option<Vec<ObservedAnswer>>,
}

/// An answer and the outcome expected of it.
#[derive(Debug, Clone)]
pub(crate) struct ObservedAnswer {
    pub(crate) dialect: Dialect,
    pub(crate) expected: Expected,
    pub(crate) seen: ObservedOutcome,
}

/// The entities that a step changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProbeFocus {
    pub(crate) conversations: BTreeSet<ConversationIndex>,
    pub(crate) members: BTreeSet<MemberIndex>,
    pub(crate) credentials: BTreeSet<CredentialIndex>,
}

/// Tries every operation with every credential over a run: after each step a sample biased towards what has just
/// changed.
pub(crate) async fn probe(
    stage: &TestStage<'_>,
    model: &mut Model,
    operations: &[Operation],
    focus: &ProbeFocus,
    rng: &mut TestRng,
    findings: &mut ProbeFindings,
    at: &str,
) {
    for number in 0..FOCUSED_ATTEMPTS + RANDOM_ATTEMPTS {
        let near = (number < FOCUSED_ATTEMPTS).then_some(focus);
        let operation = &operations[rng.below(operations.len())];
        let holders: Vec<CredentialIndex> = (0..model.credentials.len())
            .filter(|held| accepts(operation.dialect, &model.credentials[*held]))
            .filter(|held| !model.undecided.contains(held))
            .collect();
        let Some(held) = draw_credential(rng, &holders, near, model) else {
            continue;
        };
        // Some operations apply only to threads, or only to what is in a space.
        let fits = |target: &Target| (operation.build_request)(stage, model, *target).is_some();
        let mut drawn = (0..MAX_TARGET_DRAWS)
            .filter_map(|_| draw_target(rng, operation.target_kind, near, model));
        let Some(target) = drawn.find(fits) else {
            continue;
        };
        attempt(stage, model, operation, held, target, findings, at).await;
    }
}

/// Tries one operation with one credential.
pub(crate) async fn attempt(
    stage: &TestStage<'_>,
    model: &mut Model,
    operation: &Operation,
    held: CredentialIndex,
    target: Target,
    findings: &mut ProbeFindings,
    at: &str,
) {
    let expected = (operation.expect)(model, held, target);
    let (Expected::One { verdict, .. } | Expected::List { verdict, .. }) = &expected;
    let verdict = *verdict;
    let is_tried = match operation.try_policy {
        TryPolicy::Always => true,
        TryPolicy::IfDecided => verdict != Verdict::Open,
        TryPolicy::IfRefused => matches!(verdict, Verdict::No(_)),
    };
    if !is_tried {
        return;
    }
    let Some((request, body)) = operation.request(stage, model, held, target) else {
        return;
    };
    let answer = send(operation.dialect, request, body).await;
    findings
        .coverage
        .record(operation.dialect, operation.name, verdict);
    let seen = to_outcome(stage, model, &answer);
    if let Some(record) = &mut findings.record {
        record.push(ObservedAnswer {
            dialect: operation.dialect,
            expected: expected.clone(),
            seen: seen.clone(),
        });
    }
    for (fault, why, conversation) in judge(&expected, &seen) {
        // A wrongly granted request has changed something that the model does not know.
        if fault == FindingKind::WronglyGranted && operation.try_policy != TryPolicy::Always {
            mark_unreliable(model, target);
        }
        let hole = Finding {
            dialect: operation.dialect,
            operation: operation.name.to_owned(),
            by: describe_credential(model, held),
            fault,
            why,
        };
        let whose = conversation.map(|conversation| {
            format!(
                " conversation {conversation} {:?}",
                model.conversations[conversation]
            )
        });
        findings.findings.entry(hole).or_insert_with(|| {
            format!(
                "{at}: credential {held} {:?}, {target:?}{}",
                model.credentials[held],
                whose.unwrap_or_default()
            )
        });
    }
}

fn to_outcome(stage: &TestStage<'_>, model: &Model, answer: &ApiAnswer) -> ObservedOutcome {
    let conversations = 0..model.conversations.len();
    ObservedOutcome {
        is_granted: answer.is_granted,
        shown: conversations
            .filter(|conversation| stage.reveals(&answer.text, *conversation))
            .collect(),
        answer: format!("{} {:.80}", answer.status, answer.text),
    }
}

fn mark_unreliable(model: &mut Model, target: Target) {
    match target {
        Target::Conversation(conversation) | Target::ConversationAs(conversation, _) => {
            model.conversations[conversation].is_unreliable = true;
        }
        // The state of the member is uncertain from here on.
        Target::Member(who) => {
            let resting =
                (0..model.credentials.len()).filter(|held| depends_on_member(model, *held, who));
            let resting: Vec<CredentialIndex> = resting.collect();
            model.undecided.extend(resting);
            model.is_broken |= who == OWNER;
            for one in &mut model.conversations {
                one.is_unreliable |= one.participations.contains_key(&who);
            }
        }
        Target::Space(_) | Target::All => {}
    }
}

fn draw_credential(
    rng: &mut TestRng,
    holders: &[CredentialIndex],
    near: Option<&ProbeFocus>,
    model: &Model,
) -> Option<CredentialIndex> {
    let is_near = |held: &&CredentialIndex| {
        near.is_some_and(|focus| {
            focus.credentials.contains(held)
                || member_of(model, **held).is_some_and(|who| focus.members.contains(&who))
        })
    };
    let close: Vec<CredentialIndex> = holders.iter().filter(is_near).copied().collect();
    // Half of them are arbitrary, also near what has changed.
    let from = if close.is_empty() || rng.below(2) == 0 {
        holders
    } else {
        &close
    };
    (!from.is_empty()).then(|| from[rng.below(from.len())])
}

fn draw_target(
    rng: &mut TestRng,
    about: TargetKind,
    near: Option<&ProbeFocus>,
    model: &Model,
) -> Option<Target> {
    let conversations: Vec<ConversationIndex> = model.known_conversations().collect();
    let close = |rng: &mut TestRng, all: &[usize], focus: &BTreeSet<usize>| {
        let near: Vec<usize> = all
            .iter()
            .filter(|one| focus.contains(one))
            .copied()
            .collect();
        let from = if near.is_empty() { all } else { &near };
        (!from.is_empty()).then(|| from[rng.below(from.len())])
    };
    let none = ProbeFocus::default();
    let focus = near.unwrap_or(&none);
    let everybody: Vec<MemberIndex> = (0..model.members.len()).collect();
    Some(match about {
        TargetKind::Conversation => {
            Target::Conversation(close(rng, &conversations, &focus.conversations)?)
        }
        TargetKind::ConversationAs => {
            let conversation = close(rng, &conversations, &focus.conversations)?;
            Target::ConversationAs(conversation, close(rng, &everybody, &focus.members)?)
        }
        TargetKind::Member => Target::Member(close(rng, &everybody, &focus.members)?),
        TargetKind::Space if model.spaces.is_empty() => return None,
        TargetKind::Space => Target::Space(rng.below(model.spaces.len())),
        TargetKind::All => Target::All,
    })
}

/// The member on whose rights a credential depends.
pub(crate) fn member_of(model: &Model, held: CredentialIndex) -> Option<MemberIndex> {
    match &model.credentials[held] {
        Credential::Key { member, .. } => *member,
        Credential::MemberToken { member, .. } | Credential::SpaceToken { member, .. } => {
            Some(*member)
        }
        Credential::Session { key, .. } => member_of(model, *key),
        Credential::ChatToken { user, .. } | Credential::UserToken { user, .. } => Some(*user),
    }
}

/// Whether the end of a member ends a credential.
pub(crate) fn depends_on_member(model: &Model, held: CredentialIndex, who: MemberIndex) -> bool {
    let key = key_of(model, held).and_then(|key| member_of(model, key));
    key == Some(who) || member_of(model, held) == Some(who)
}

/// The key that a token was issued with.
pub(crate) fn key_of(model: &Model, held: CredentialIndex) -> Option<CredentialIndex> {
    match &model.credentials[held] {
        Credential::Session { key, .. }
        | Credential::SpaceToken { key, .. }
        | Credential::ChatToken { key, .. }
        | Credential::UserToken { key, .. } => Some(*key),
        _ => None,
    }
}

/// The kind of credential, so that one violation is reported once.
pub(crate) fn describe_credential(model: &Model, held: CredentialIndex) -> String {
    let kind = match &model.credentials[held] {
        Credential::Key { member: None, .. } => "a key of nobody's",
        Credential::Key { .. } => "a member's key",
        Credential::MemberToken { scopes: None, .. } => "a member's token",
        Credential::MemberToken { .. } => "a narrowed member's token",
        Credential::Session { key, .. } if member_of(model, *key).is_none() => {
            "a session of nobody's key"
        }
        Credential::Session { .. } => "a session of a member's key",
        Credential::SpaceToken { .. } => "a space token",
        Credential::ChatToken { .. } => "a chat token",
        Credential::UserToken { .. } => "a user token",
    };
    let role = member_of(model, held).and_then(|who| model.members[who].role);
    match role {
        None => kind.to_owned(),
        Some(Role::Owner) => format!("{kind} (owner)"),
        Some(Role::Manager) => format!("{kind} (manager)"),
        Some(Role::User) => format!("{kind} (user)"),
    }
}
