//! Quiet hours and rates, set on the command line.

use std::time::Duration;

use parlor_testkit::tokio::{self, time::timeout};
use serde_json::json;

use super::{Api, Carrier, quiet_hours_around_now, start, wait_for_states};
use crate::program::{WAIT_TIMEOUT, block_on, temp_dir};

#[test]
fn quiet_hours_hold_a_message_until_they_are_taken_away() {
    let folder = temp_dir();
    block_on(async {
        let mut carrier = Carrier::start(1).await;
        let program = start(&folder.path().join("data"), None, &carrier);
        let api = Api::of(&program, None);
        let hours = quiet_hours_around_now();
        let command = |words: &[&str]| program.run_command(words);
        let update = |words: &[&str]| {
            let update = ["workspace", "update", "--json", "--quiet-hours"];
            let none = ["none", "--time-zone", "none", "--texts-per-minute", "none"];
        assert_eq!(update(&none), [json!(null), json!(null), json!(null), json!(30)]);
        assert_eq!(carrier.take(1).await, ["good night"]);
        assert_eq!(
            wait_for_states(&api, &program, &[chat]).await[0][0].1,
            "sent"
        );
        assert_eq!(
            command(&["delivery", "list", "--waiting", "--json"]).json(),
            json!([])
        );
        program.stop();
    });
}
