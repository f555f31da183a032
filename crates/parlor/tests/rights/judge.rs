//! Compares observed outcomes with expected ones.

use std::fmt;

use crate::model::{ConversationIndex, Dialect, Verdict};
use crate::operation::Expected;

/// The outcome of an attempt, as far as rights are concerned.
#[derive(Debug, Clone)]
pub(crate) struct ObservedOutcome {
    pub(crate) is_granted: bool,
    /// The conversations that the answer shows.
    pub(crate) shown: Vec<ConversationIndex>,
    /// The answer as a failure message prints it.
    pub(crate) answer: String,
}

/// A violation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) dialect: Dialect,
    pub(crate) operation: String,
    /// The kind of credential.
    pub(crate) by: String,
    pub(crate) fault: FindingKind,
    pub(crate) why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FindingKind {
    /// Granted, but had to be refused.
    WronglyGranted,
    /// Refused, but had to be granted.
    WronglyRefused,
    /// The answer contains something that the credential may not see.
    WronglyShown,
    /// The answer lacks something that the credential must see.
    WronglyHidden,
    /// A socket or stream that had to end is still open.
    NotEnded,
    /// A socket or stream received a message that it may not receive.
    WronglyDelivered,
    /// A socket or stream did not receive a message that it must receive.
    NotDelivered,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            dialect,
            operation,
            by,
            fault,
            why,
        } = self;
        write!(f, "{dialect:?}: {operation} by {by}: {fault:?} ({why})")
    }
}

/// The violations of an answer; at most one of each kind.
pub(crate) fn judge(
    expected: &Expected,
    seen: &ObservedOutcome,
) -> Vec<(FindingKind, String, Option<ConversationIndex>)> {
    match expected {
        Expected::One {
            verdict,
            conversation,
            reads,
        } => judge_one(*verdict, *conversation, *reads, seen),
        Expected::List { verdict, rows } => judge_list(*verdict, rows, seen),
    }
    .into_iter()
    .collect()
}

type JudgeResult = Vec<(FindingKind, String, Option<ConversationIndex>)>;

fn judge_one(
    verdict: Verdict,
    conversation: Option<ConversationIndex>,
    reads: bool,
    seen: &ObservedOutcome,
) -> JudgeResult {
    let mut found = Vec::new();
    let is_shown = conversation.is_some_and(|conversation| seen.shown.contains(&conversation));
    match verdict {
        Verdict::No(why) if seen.is_granted => {
            found.push((FindingKind::WronglyGranted, why.to_owned(), conversation));
        }
        Verdict::No(why) if is_shown && reads => {
            found.push((FindingKind::WronglyShown, why.to_owned(), conversation));
        }
        Verdict::Yes if !seen.is_granted => {
            found.push((
                FindingKind::WronglyRefused,
                seen.answer.clone(),
                conversation,
            ));
        }
        Verdict::Yes if reads && !is_shown => {
            found.push((FindingKind::WronglyHidden, String::new(), conversation));
        }
        _ => {}
    }
    found
}

fn judge_list(
    verdict: Verdict,
    rows: &[(ConversationIndex, Verdict)],
    seen: &ObservedOutcome,
) -> JudgeResult {
    match verdict {
        Verdict::No(why) if seen.is_granted => {
            return vec![(FindingKind::WronglyGranted, why.to_owned(), None)];
        }
        Verdict::Yes if !seen.is_granted => {
            return vec![(FindingKind::WronglyRefused, seen.answer.clone(), None)];
        }
        _ => {}
    }
    let mut found = Vec::new();
    for (conversation, expected) in rows {
        let is_shown = seen.shown.contains(conversation);
        match expected {
            Verdict::No(why) if is_shown => {
                found.push((
                    FindingKind::WronglyShown,
                    (*why).to_owned(),
                    Some(*conversation),
                ));
            }
            Verdict::Yes if seen.is_granted && !is_shown => {
                found.push((
                    FindingKind::WronglyHidden,
                    String::new(),
                    Some(*conversation),
                ));
            }
            _ => {}
        }
    }
    found
}
