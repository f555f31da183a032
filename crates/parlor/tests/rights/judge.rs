//! What was seen, held against what was expected.

use std::fmt;

use crate::model::{Dialect, Talk, Verdict};
use crate::road::Expected;

/// What an attempt came to, as far as rights go.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) is_granted: bool,
    /// The conversations that the answer gives away.
    pub(crate) shown: Vec<Talk>,
    /// For people who read a failure.
    pub(crate) answer: String,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hole {
    pub(crate) dialect: Dialect,
    pub(crate) road: String,
    /// What kind of credential.
    pub(crate) by: String,
    pub(crate) fault: Fault,
    pub(crate) why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// Granted, and had to be refused.
    LetThrough,
    /// Refused, and had to be granted.
    Refused,
    /// What must not be seen is in the answer.
    Shown,
    /// What must be seen is not.
    Hidden,
    /// A socket or stream that had to end goes on.
    GoesOn,
    /// A socket or stream heard what it must not hear.
    Heard,
    /// A socket or stream did not hear what it must.
    Deaf,
}

impl fmt::Display for Hole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            dialect,
            road,
            by,
            fault,
            why,
        } = self;
        write!(f, "{dialect:?}: {road} by {by}: {fault:?} ({why})")
    }
}

/// What is wrong with an answer; at most one fault of a kind.
pub(crate) fn judge(expected: &Expected, seen: &Seen) -> Vec<(Fault, String, Option<Talk>)> {
    match expected {
        Expected::One {
            verdict,
            talk,
            reads,
        } => one(*verdict, *talk, *reads, seen),
        Expected::List { verdict, rows } => list(*verdict, rows, seen),
    }
    .into_iter()
    .collect()
}

type Found = Vec<(Fault, String, Option<Talk>)>;

fn one(verdict: Verdict, talk: Option<Talk>, reads: bool, seen: &Seen) -> Found {
    let mut found = Vec::new();
    let is_shown = talk.is_some_and(|talk| seen.shown.contains(&talk));
    match verdict {
        Verdict::No(why) if seen.is_granted => {
            found.push((Fault::LetThrough, why.to_owned(), talk));
        }
        Verdict::No(why) if is_shown && reads => {
            found.push((Fault::Shown, why.to_owned(), talk));
        }
        Verdict::Yes if !seen.is_granted => {
            found.push((Fault::Refused, seen.answer.clone(), talk));
        }
        Verdict::Yes if reads && !is_shown => found.push((Fault::Hidden, String::new(), talk)),
        _ => {}
    }
    found
}

fn list(verdict: Verdict, rows: &[(Talk, Verdict)], seen: &Seen) -> Found {
    match verdict {
        Verdict::No(why) if seen.is_granted => {
            return vec![(Fault::LetThrough, why.to_owned(), None)];
        }
        Verdict::Yes if !seen.is_granted => {
            return vec![(Fault::Refused, seen.answer.clone(), None)];
        }
        _ => {}
    }
    let mut found = Vec::new();
    for (talk, expected) in rows {
        let is_shown = seen.shown.contains(talk);
        match expected {
            Verdict::No(why) if is_shown => {
                found.push((Fault::Shown, (*why).to_owned(), Some(*talk)));
            }
            Verdict::Yes if seen.is_granted && !is_shown => {
                found.push((Fault::Hidden, String::new(), Some(*talk)));
            }
            _ => {}
        }
    }
    found
}
