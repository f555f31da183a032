//! Everything that is wrong, gathered before a test fails: one run shows all of it.

use std::collections::BTreeMap;

/// What was found, by what was tried.
#[derive(Default)]
pub(super) struct Report(BTreeMap<String, String>);

impl Report {
    /// Notes what was tried, and what came of it.
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
