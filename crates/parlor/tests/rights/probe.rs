//! Credentials try roads.

use std::collections::{BTreeMap, BTreeSet};

use parlor_testkit::Rng;

use crate::coverage::Coverage;
use crate::judge::{Fault, Hole, Seen, judge};
use crate::model::{Credential, Dialect, Held, Model, OWNER, Role, Talk, Verdict, Who};
use crate::road::{About, Expected, Road, Target, Trial, takes};
use crate::stage::{Answer, Stage, send};

/// Attempts after a step with what the step was about, and others.
const NEAR: usize = 70;
const FAR: usize = 30;
/// Targets that are drawn until one fits a road.
const TARGETS: usize = 8;

/// What was found so far, each hole with where it was first seen.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) holes: BTreeMap<Hole, String>,
    pub(crate) coverage: Coverage,
    /// Every answer, where holes are to be planted in them.
    pub(crate) record: Option<Vec<Observed>>,
}

/// An answer and what was expected of it.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    pub(crate) dialect: Dialect,
    pub(crate) expected: Expected,
    pub(crate) seen: Seen,
}

/// What a step was about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Focus {
    pub(crate) talks: BTreeSet<Talk>,
    pub(crate) members: BTreeSet<Who>,
    pub(crate) credentials: BTreeSet<Held>,
}

/// Every credential that exists tries every road, over a run: after each step a sample that leans towards what has
/// just changed.
pub(crate) async fn probe(
    stage: &Stage<'_>,
    model: &mut Model,
    roads: &[Road],
    focus: &Focus,
    rng: &mut Rng,
    findings: &mut Findings,
    at: &str,
) {
    for number in 0..NEAR + FAR {
        let near = (number < NEAR).then_some(focus);
        let road = &roads[rng.below(roads.len())];
        let holders: Vec<Held> = (0..model.credentials.len())
            .filter(|held| takes(road.dialect, &model.credentials[*held]))
            .filter(|held| !model.unsure.contains(held))
            .collect();
        let Some(held) = pick(rng, &holders, near, model) else {
            continue;
        };
        // Some roads are only for threads, or only for what is in a space.
        let fits = |target: &Target| (road.ask)(stage, model, *target).is_some();
        let mut drawn = (0..TARGETS).filter_map(|_| target(rng, road.about, near, model));
        let Some(target) = drawn.find(fits) else {
            continue;
        };
        attempt(stage, model, road, held, target, findings, at).await;
    }
}

/// One credential on one road.
pub(crate) async fn attempt(
    stage: &Stage<'_>,
    model: &mut Model,
    road: &Road,
    held: Held,
    target: Target,
    findings: &mut Findings,
    at: &str,
) {
    let expected = (road.expect)(model, held, target);
    let (Expected::One { verdict, .. } | Expected::List { verdict, .. }) = &expected;
    let verdict = *verdict;
    let is_tried = match road.trial {
        Trial::Always => true,
        Trial::IfDecided => verdict != Verdict::Open,
        Trial::IfRefused => matches!(verdict, Verdict::No(_)),
    };
    if !is_tried {
        return;
    }
    let Some((request, body)) = road.request(stage, model, held, target) else {
        return;
    };
    let answer = send(road.dialect, request, body).await;
    findings.coverage.note(road.dialect, road.name, verdict);
    let seen = seen(stage, model, &answer);
    if let Some(record) = &mut findings.record {
        record.push(Observed {
            dialect: road.dialect,
            expected: expected.clone(),
            seen: seen.clone(),
        });
    }
    for (fault, why, talk) in judge(&expected, &seen) {
        // What went through has changed what the model does not know.
        if fault == Fault::LetThrough && road.trial != Trial::Always {
            spoil(model, target);
        }
        let hole = Hole {
            dialect: road.dialect,
            road: road.name.to_owned(),
            by: described(model, held),
            fault,
            why,
        };
        let whose =
            talk.map(|talk| format!(" conversation {talk} {:?}", model.conversations[talk]));
        findings.holes.entry(hole).or_insert_with(|| {
            format!(
                "{at}: credential {held} {:?}, {target:?}{}",
                model.credentials[held],
                whose.unwrap_or_default()
            )
        });
    }
}

fn seen(stage: &Stage<'_>, model: &Model, answer: &Answer) -> Seen {
    let talks = 0..model.conversations.len();
    Seen {
        is_granted: answer.is_granted,
        shown: talks
            .filter(|talk| stage.betrays(&answer.text, *talk))
            .collect(),
        answer: format!("{} {:.80}", answer.status, answer.text),
    }
}

fn spoil(model: &mut Model, target: Target) {
    match target {
        Target::Talk(talk) | Target::TalkAs(talk, _) => model.conversations[talk].is_spoiled = true,
        // Whatever became of the member, nothing of it is certain.
        Target::Member(who) => {
            let resting = (0..model.credentials.len()).filter(|held| rests_on(model, *held, who));
            let resting: Vec<Held> = resting.collect();
            model.unsure.extend(resting);
            model.is_broken |= who == OWNER;
            for one in &mut model.conversations {
                one.is_spoiled |= one.parts.contains_key(&who);
            }
        }
        Target::Room(_) | Target::All => {}
    }
}

fn pick(rng: &mut Rng, holders: &[Held], near: Option<&Focus>, model: &Model) -> Option<Held> {
    let is_near = |held: &&Held| {
        near.is_some_and(|focus| {
            focus.credentials.contains(held)
                || whose(model, **held).is_some_and(|who| focus.members.contains(&who))
        })
    };
    let close: Vec<Held> = holders.iter().filter(is_near).copied().collect();
    // Half of them may be anybody, also near what has changed.
    let from = if close.is_empty() || rng.below(2) == 0 {
        holders
    } else {
        &close
    };
    (!from.is_empty()).then(|| from[rng.below(from.len())])
}

fn target(rng: &mut Rng, about: About, near: Option<&Focus>, model: &Model) -> Option<Target> {
    let talks: Vec<Talk> = model.talks().collect();
    let close = |rng: &mut Rng, all: &[usize], focus: &BTreeSet<usize>| {
        let near: Vec<usize> = all
            .iter()
            .filter(|one| focus.contains(one))
            .copied()
            .collect();
        let from = if near.is_empty() { all } else { &near };
        (!from.is_empty()).then(|| from[rng.below(from.len())])
    };
    let none = Focus::default();
    let focus = near.unwrap_or(&none);
    let everybody: Vec<Who> = (0..model.members.len()).collect();
    Some(match about {
        About::Talk => Target::Talk(close(rng, &talks, &focus.talks)?),
        About::TalkAs => {
            let talk = close(rng, &talks, &focus.talks)?;
            Target::TalkAs(talk, close(rng, &everybody, &focus.members)?)
        }
        About::Member => Target::Member(close(rng, &everybody, &focus.members)?),
        About::Room if model.rooms.is_empty() => return None,
        About::Room => Target::Room(rng.below(model.rooms.len())),
        About::All => Target::All,
    })
}

/// The member whose rights a credential rests on.
pub(crate) fn whose(model: &Model, held: Held) -> Option<Who> {
    match &model.credentials[held] {
        Credential::Key { member, .. } => *member,
        Credential::MemberToken { member, .. } | Credential::SpaceToken { member, .. } => {
            Some(*member)
        }
        Credential::Session { key, .. } => whose(model, *key),
        Credential::ChatToken { user, .. } | Credential::UserToken { user, .. } => Some(*user),
    }
}

/// Whether a member's end would be a credential's.
pub(crate) fn rests_on(model: &Model, held: Held, who: Who) -> bool {
    let key = key_of(model, held).and_then(|key| whose(model, key));
    key == Some(who) || whose(model, held) == Some(who)
}

/// The key a token was made of.
pub(crate) fn key_of(model: &Model, held: Held) -> Option<Held> {
    match &model.credentials[held] {
        Credential::Session { key, .. }
        | Credential::SpaceToken { key, .. }
        | Credential::ChatToken { key, .. }
        | Credential::UserToken { key, .. } => Some(*key),
        _ => None,
    }
}

/// What kind of credential it is, so that the same hole is told once.
pub(crate) fn described(model: &Model, held: Held) -> String {
    let kind = match &model.credentials[held] {
        Credential::Key { member: None, .. } => "a key of nobody's",
        Credential::Key { .. } => "a member's key",
        Credential::MemberToken { scopes: None, .. } => "a member's token",
        Credential::MemberToken { .. } => "a narrowed member's token",
        Credential::Session { key, .. } if whose(model, *key).is_none() => {
            "a session of nobody's key"
        }
        Credential::Session { .. } => "a session of a member's key",
        Credential::SpaceToken { .. } => "a space token",
        Credential::ChatToken { .. } => "a chat token",
        Credential::UserToken { .. } => "a user token",
    };
    let role = whose(model, held).and_then(|who| model.members[who].role);
    match role {
        None => kind.to_owned(),
        Some(Role::Owner) => format!("{kind} (owner)"),
        Some(Role::Manager) => format!("{kind} (manager)"),
        Some(Role::User) => format!("{kind} (user)"),
    }
}
