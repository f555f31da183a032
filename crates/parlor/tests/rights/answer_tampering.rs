//! Planted violations: the checker gets answers in which one dialect appears to break a rule, and must report it.

use crate::judge::{FindingKind, ObservedOutcome, judge};
use crate::model::{ConversationIndex, Dialect, Verdict};
use crate::operation::Expected;
use crate::probe::ObservedAnswer;

/// Tampers with the answers of one dialect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnswerTampering {
    pub(crate) dialect: Dialect,
    /// The kind of tampering.
    pub(crate) kind: TamperKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TamperKind {
    /// Grants what must be refused.
    Grants,
    /// Adds invisible conversations to lists.
    Lists,
    /// Refuses what must be granted.
    Refuses,
}

impl AnswerTampering {
    /// Counts the violations that the checker finds in the dialect: with the original answers, and with the tampered
    /// ones.
    pub(crate) fn count_detected(self, record: &[ObservedAnswer]) -> [usize; 2] {
        [false, true].map(|plants| {
            let own = record.iter().filter(|one| one.dialect == self.dialect);
            let faults = own.flat_map(|one| {
                let mut seen = one.seen.clone();
                if plants {
                    self.apply(&one.expected, &mut seen);
                }
                judge(&one.expected, &seen)
            });
            faults
                .filter(|(fault, ..)| *fault == self.expected_finding())
                .count()
        })
    }

    /// The answer as the checker sees it.
    fn apply(self, expected: &Expected, seen: &mut ObservedOutcome) {
        match (self.kind, expected) {
            (
                TamperKind::Grants,
                Expected::One {
                    verdict: Verdict::No(_),
                    ..
                },
            ) => seen.is_granted = true,
            (TamperKind::Lists, Expected::List { rows, .. }) => {
                let hidden = rows.iter().filter(|(_, row)| matches!(row, Verdict::No(_)));
                seen.shown
                    .extend(hidden.map(|(conversation, _)| *conversation));
            }
            (
                TamperKind::Refuses,
                Expected::One {
                    verdict: Verdict::Yes,
                    ..
                },
            ) => seen.is_granted = false,
            _ => {}
        }
    }

    /// The finding that the checker must report for it.
    const fn expected_finding(self) -> FindingKind {
        match self.kind {
            TamperKind::Grants => FindingKind::WronglyGranted,
            TamperKind::Lists => FindingKind::WronglyShown,
            TamperKind::Refuses => FindingKind::WronglyRefused,
        }
    }
}

const SAMPLE_CONVERSATION: ConversationIndex = 3;

fn outcome(is_granted: bool, shown: &[ConversationIndex]) -> ObservedOutcome {
    ObservedOutcome {
        is_granted,
        shown: shown.to_vec(),
        answer: String::new(),
    }
}

fn read_expectation(verdict: Verdict) -> Expected {
    Expected::One {
        verdict,
        conversation: Some(SAMPLE_CONVERSATION),
        reads: true,
    }
}

fn finding_kinds(expected: &Expected, seen: &ObservedOutcome) -> Vec<FindingKind> {
    judge(expected, seen)
        .into_iter()
        .map(|(fault, ..)| fault)
        .collect()
}

#[test]
fn correct_answer_is_no_finding() {
    assert_eq!(
        finding_kinds(
            &read_expectation(Verdict::Yes),
            &outcome(true, &[SAMPLE_CONVERSATION])
        ),
        []
    );
    assert_eq!(
        finding_kinds(&read_expectation(Verdict::No("")), &outcome(false, &[])),
        []
    );
    for is_granted in [true, false] {
        assert_eq!(
            finding_kinds(&read_expectation(Verdict::Open), &outcome(is_granted, &[])),
            []
        );
    }
}

#[test]
fn wrong_answer_is_a_finding() {
    let no = read_expectation(Verdict::No("because"));
    assert_eq!(
        finding_kinds(&no, &outcome(true, &[])),
        [FindingKind::WronglyGranted]
    );
    assert_eq!(
        finding_kinds(&no, &outcome(false, &[SAMPLE_CONVERSATION])),
        [FindingKind::WronglyShown]
    );
    let yes = read_expectation(Verdict::Yes);
    assert_eq!(
        finding_kinds(&yes, &outcome(false, &[])),
        [FindingKind::WronglyRefused]
    );
    assert_eq!(
        finding_kinds(&yes, &outcome(true, &[])),
        [FindingKind::WronglyHidden]
    );
}

#[test]
fn extra_or_missing_row_is_a_finding() {
    let rows = vec![
        (0, Verdict::Yes),
        (1, Verdict::No("because")),
        (2, Verdict::Open),
    ];
    let list = Expected::List {
        verdict: Verdict::Yes,
        rows,
    };
    assert_eq!(finding_kinds(&list, &outcome(true, &[0])), []);
    assert_eq!(finding_kinds(&list, &outcome(true, &[0, 2])), []);
    assert_eq!(
        finding_kinds(&list, &outcome(true, &[0, 1])),
        [FindingKind::WronglyShown]
    );
    assert_eq!(
        finding_kinds(&list, &outcome(true, &[2])),
        [FindingKind::WronglyHidden]
    );
    assert_eq!(
        finding_kinds(&list, &outcome(false, &[])),
        [FindingKind::WronglyRefused]
    );
}
