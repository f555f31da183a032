//! Everything that is wrong, gathered before a test fails: one run shows all of it.

use std::collections::BTreeMap;

use parlor_testkit::TestResponse;

use crate::responses::reply_excerpt;
use crate::route_under_test::RouteUnderTest;

/// What was found, by what was tried.
#[derive(Default)]
pub(super) struct FailureReport(BTreeMap<String, String>);

impl FailureReport {
    /// Notes what a request was answered that had to be answered otherwise.
    pub(super) fn add_reply(
        &mut self,
        place: &RouteUnderTest,
        number: usize,
        what: &str,
        reply: &TestResponse,
    ) {
        let name = format!("{} ({number}) {what}", place.name());
        let found = format!("{} {}", reply.status, reply_excerpt(reply));
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
