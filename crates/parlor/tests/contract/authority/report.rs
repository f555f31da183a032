//! Everything that is wrong, gathered before a test fails: one run shows all of it.

use std::collections::BTreeMap;

use parlor_testkit::Reply;

use crate::call::Place;
use crate::words::shown;

/// What was found, by what was tried.
#[derive(Default)]
pub(super) struct Report(BTreeMap<String, String>);

impl Report {
    /// Notes what a request was answered that had to be answered otherwise.
    pub(super) fn note(&mut self, place: &Place, number: usize, what: &str, reply: &Reply) {
        let name = format!("{} ({number}) {what}", place.name());
        let found = format!("{} {}", reply.status, shown(reply));
        self.0.insert(name, found);
    }

    /// Notes anything else.
    pub(super) fn add(&mut self, name: String, found: String) {
        self.0.insert(name, found);
    }

    /// Fails the test where anything was noted.
    #[track_caller]
    pub(super) fn assert_empty(self) {
        let lines: Vec<_> = self
            .0
            .iter()
            .map(|(name, found)| format!("{name}: {found:.160}"))
            .collect();
        assert!(
            lines.is_empty(),
            "{} found:\n{}",
            lines.len(),
            lines.join("\n")
        );
    }
}
