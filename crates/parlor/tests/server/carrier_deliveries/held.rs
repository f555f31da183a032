//! Quiet hours and rates, set on the command line.
//!
//! Proves INV-83 (`docs/invariants.md`).

use std::time::Duration;

use parlor_testkit::tokio::{self, time::timeout};
use serde_json::{Value, json};

use super::{Api, Carrier, quiet_hours_around_now, start, wait_for_states};
use crate::program::{Program, WAIT_TIMEOUT, block_on, temp_dir};

/// Updates the workspace; returns its quiet hours, their zone and its rates.
fn update(program: &Program, words: &[&str]) -> [Value; 4] {
    let update = ["workspace", "update", "--json", "--quiet-hours"];
    let shown = program.run_command(&[&update[..], words].concat()).json();
    let fields = ["quietHours", "timeZone", "textsPerMinute", "mailsPerMinute"];
    fields.map(|field| shown[field].clone())
}

fn list_waiting(program: &Program) -> Value {
    let list = ["delivery", "list", "--waiting", "--json"];
    program.run_command(&list).json()
}

async fn wait_for_held(program: &Program) -> Value {
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    let looks = async {
        loop {
            ticks.tick().await;
            let first = list_waiting(program)[0].clone();
            if first["reason"] == "quiet_hours" {
                return first;
            }
        }
    };
    timeout(WAIT_TIMEOUT, looks).await.unwrap()
}

#[test]
fn quiet_hours_hold_a_message_until_they_are_taken_away() {
    let folder = temp_dir();
    block_on(async {
        let mut carrier = Carrier::start(1).await;
        let program = start(&folder.path().join("data"), None, &carrier);
        let api = Api::of(&program, None);
        let hours = quiet_hours_around_now();
        let zone = [&*hours, "--time-zone", "Etc/UTC"];
        let rates = ["--texts-per-minute", "6000", "--mails-per-minute", "30"];
        let set = update(&program, &[&zone[..], &rates].concat());
        assert_eq!(
            set,
            [json!(hours), json!("Etc/UTC"), json!(6000), json!(30)]
        );
        let number = json!({ "number": "+15005550001" });
        let number = api.create(&program, "/phone-numbers", number).await["id"].clone();
        let chat = api.create_chat(&program, &number, 1).await;
        api.say(&program, &chat, "good night").await;
        let waiting = wait_for_held(&program).await;
        assert_eq!(
            (&waiting["kind"], &waiting["status"], &waiting["attempts"]),
            (&json!("carrier"), &json!("queued"), &json!(0))
        );
        let end = format!("T{}:00", hours.split_once('-').unwrap().1);
        let next = waiting["nextAttemptAt"].as_str().unwrap();
        assert!(next.contains(&end), "{waiting}");
        assert_eq!(carrier.take_all(), Vec::<String>::new());
        let none = ["none", "--time-zone", "none", "--texts-per-minute", "none"];
        let left = [json!(null), json!(null), json!(null), json!(30)];
        assert_eq!(update(&program, &none), left);
        assert_eq!(carrier.take(1).await, ["good night"]);
        let states = wait_for_states(&api, &program, &[chat]).await;
        assert_eq!(states[0][0].1, "sent");
        assert_eq!(list_waiting(&program), json!([]));
        program.stop();
    });
}
