//! Collects failures before a test fails, so that one run shows all of them.

use std::collections::BTreeMap;

use parlor_testkit::TestResponse;

use crate::responses::reply_excerpt;
use crate::route_under_test::RouteUnderTest;

/// Failures, by the attempt.
#[derive(Default)]
pub(super) struct FailureReport(BTreeMap<String, String>);

impl FailureReport {
    /// Records an unexpected answer to a request.
    pub(super) fn add_reply(
        &mut self,
        route: &RouteUnderTest,
        number: usize,
        what: &str,
        reply: &TestResponse,
    ) {
        let name = format!("{} ({number}) {what}", route.name());
        let found = format!("{} {}", reply.status, reply_excerpt(reply));
        self.0.insert(name, found);
    }

    /// Records any other failure.
    pub(super) fn add(&mut self, name: String, found: String) {
        self.0.insert(name, found);
    }

    /// Fails the test if anything was recorded.
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
