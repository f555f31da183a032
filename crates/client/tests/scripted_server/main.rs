//! Client against scripted servers with rare behaviour.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod close;
mod description;
mod fake_server;
#[path = "../fixture/mod.rs"]
mod fixture;
mod retry;
mod scenario;

use parlor_testkit::backend::block_on;
use scenario::ScenarioRun;
use serde_json::Value;

/// Scenarios that all clients share.
const SCENARIOS: &str = include_str!("../../../../clients/conformance/scenarios.json");

#[test]
fn shared_scenarios_are_met() {
    let scenarios: Vec<Value> = serde_json::from_str(SCENARIOS).unwrap();
    assert!(scenarios.len() > 20, "the table was read");
    block_on(async {
        for scenario in &scenarios {
            ScenarioRun::start(scenario).await.execute(scenario).await;
        }
    });
}
