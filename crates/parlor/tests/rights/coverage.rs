//! Which roads were tried, and how often each outcome was due: a run that tries nothing proves nothing.

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
    pub(crate) fn note(&mut self, dialect: Dialect, road: &'static str, verdict: Verdict) {
        let counts = self.0.entry((dialect, road)).or_default();
        match verdict {
            Verdict::Yes => counts.granted += 1,
            Verdict::No(_) => counts.refused += 1,
            Verdict::Open => counts.open += 1,
        }
    }

    pub(crate) fn total(&self) -> usize {
        self.0
            .values()
            .map(|counts| counts.granted + counts.refused + counts.open)
            .sum()
    }
}
