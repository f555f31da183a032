//! Holes that are planted: the checker is shown answers in which one dialect lets something through, and must say so.

use crate::judge::{Fault, Seen, judge};
use crate::model::{Dialect, Talk, Verdict};
use crate::probe::Observed;
use crate::road::Expected;

/// Pretends that a dialect has a hole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tamper {
    pub(crate) dialect: Dialect,
    /// What it does to answers.
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Grants what must be refused.
    Grants,
    /// Shows in lists what must not be seen.
    Lists,
    /// Refuses what must be granted.
    Refuses,
}

impl Tamper {
    /// How many holes of its kind the checker finds in its dialect, once with the answers as they were and once with
    /// those in which it has planted some.
    pub(crate) fn found(self, record: &[Observed]) -> [usize; 2] {
        [false, true].map(|plants| {
            let own = record.iter().filter(|one| one.dialect == self.dialect);
            let faults = own.flat_map(|one| {
                let mut seen = one.seen.clone();
                if plants {
                    self.apply(&one.expected, &mut seen);
                }
                judge(&one.expected, &seen)
            });
            faults.filter(|(fault, ..)| *fault == self.fault()).count()
        })
    }

    /// The answer as the checker is to see it.
    fn apply(self, expected: &Expected, seen: &mut Seen) {
        match (self.kind, expected) {
            (
                Kind::Grants,
                Expected::One {
                    verdict: Verdict::No(_),
                    ..
                },
            ) => seen.is_granted = true,
            (Kind::Lists, Expected::List { rows, .. }) => {
                let hidden = rows.iter().filter(|(_, row)| matches!(row, Verdict::No(_)));
                seen.shown.extend(hidden.map(|(talk, _)| *talk));
            }
            (
                Kind::Refuses,
                Expected::One {
                    verdict: Verdict::Yes,
                    ..
                },
            ) => seen.is_granted = false,
            _ => {}
        }
    }

    /// The fault that the checker then reports.
    const fn fault(self) -> Fault {
        match self.kind {
            Kind::Grants => Fault::LetThrough,
            Kind::Lists => Fault::Shown,
            Kind::Refuses => Fault::Refused,
        }
    }
}

const TALK: Talk = 3;

fn seen(is_granted: bool, shown: &[Talk]) -> Seen {
    Seen {
        is_granted,
        shown: shown.to_vec(),
        answer: String::new(),
    }
}

fn reading(verdict: Verdict) -> Expected {
    Expected::One {
        verdict,
        talk: Some(TALK),
        reads: true,
    }
}

fn faults(expected: &Expected, seen: &Seen) -> Vec<Fault> {
    judge(expected, seen)
        .into_iter()
        .map(|(fault, ..)| fault)
        .collect()
}

#[test]
fn a_right_answer_is_no_hole() {
    assert_eq!(faults(&reading(Verdict::Yes), &seen(true, &[TALK])), []);
    assert_eq!(faults(&reading(Verdict::No("")), &seen(false, &[])), []);
    for is_granted in [true, false] {
        assert_eq!(faults(&reading(Verdict::Open), &seen(is_granted, &[])), []);
    }
}

#[test]
fn what_is_granted_shown_refused_or_hidden_wrongly_is_a_hole() {
    let no = reading(Verdict::No("because"));
    assert_eq!(faults(&no, &seen(true, &[])), [Fault::LetThrough]);
    assert_eq!(faults(&no, &seen(false, &[TALK])), [Fault::Shown]);
    let yes = reading(Verdict::Yes);
    assert_eq!(faults(&yes, &seen(false, &[])), [Fault::Refused]);
    assert_eq!(faults(&yes, &seen(true, &[])), [Fault::Hidden]);
}

#[test]
fn a_row_too_many_or_too_few_is_a_hole() {
    let rows = vec![
        (0, Verdict::Yes),
        (1, Verdict::No("because")),
        (2, Verdict::Open),
    ];
    let list = Expected::List {
        verdict: Verdict::Yes,
        rows,
    };
    assert_eq!(faults(&list, &seen(true, &[0])), []);
    assert_eq!(faults(&list, &seen(true, &[0, 2])), []);
    assert_eq!(faults(&list, &seen(true, &[0, 1])), [Fault::Shown]);
    assert_eq!(faults(&list, &seen(true, &[2])), [Fault::Hidden]);
    assert_eq!(faults(&list, &seen(false, &[])), [Fault::Refused]);
}
