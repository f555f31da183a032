//! Counts the operations tried and the outcomes expected: a run without both outcomes proves nothing.

use std::collections::BTreeMap;

use crate::model::{Dialect, Verdict};

#[derive(Debug, Default)]
pub(crate) struct Coverage(BTreeMap<(Dialect, &'static str), Counts>);

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    granted: usize,
    refused: usize,
    open: usize,
}

impl Coverage {
    pub(crate) fn record(&mut self, dialect: Dialect, operation: &'static str, verdict: Verdict) {
        let counts = self.0.entry((dialect, operation)).or_default();
        match verdict {
            Verdict::Yes => counts.granted += 1,
            Verdict::No(_) => counts.refused += 1,
            Verdict::Open => counts.open += 1,
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (operation, counts) in &other.0 {
            let whole = self.0.entry(*operation).or_default();
            whole.granted += counts.granted;
            whole.refused += counts.refused;
            whole.open += counts.open;
        }
    }

    /// Operations that never had to be refused or, where they can be granted at all, never had to be granted.
    pub(crate) fn undertested(&self, operations: &[crate::operation::Operation]) -> Vec<String> {
        operations
            .iter()
            .filter(|operation| {
                let counts = self
                    .0
                    .get(&(operation.dialect, operation.name))
                    .copied()
                    .unwrap_or_default();
                let is_never_granted =
                    operation.try_policy == crate::operation::TryPolicy::IfRefused;
                counts.refused == 0 || (counts.granted + counts.open == 0 && !is_never_granted)
            })
            .map(|operation| format!("{:?} {}", operation.dialect, operation.name))
            .collect()
    }

    pub(crate) fn total(&self) -> usize {
        self.0
            .values()
            .map(|counts| counts.granted + counts.refused + counts.open)
            .sum()
    }
}
