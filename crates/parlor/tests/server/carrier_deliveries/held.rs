//! Quiet hours and rates, set on the command line.

use std::time::Duration;

use parlor_testkit::tokio;
use serde_json::json;

use super::{Api, Carrier, quiet_hours_around_now, start, wait_for_states};
use crate::program::{block_on, temp_dir};

#[test]
fn quiet_hours_hold_a_message_until_they_are_taken_away() {
    let folder = temp_dir();
    block_on(async {
        let mut carrier = Carrier::start(1).await;
        let program = start(&folder.path().join("data"), None, &carrier);
        let api = Api::of(&program, None);
        let hours = quiet_hours_around_now();
        let update = ["workspace", "update", "--json", "--quiet-hours"];
        let command = |words: &[&str]| program.run_command(words);
        let shown = command(
            &[
                &update[..],
                &[
                    &hours,
                    "--time-zone",
                    "Etc/UTC",
                    "--texts-per-minute",
                    "6000",
                    "--mails-per-minute",
                    "30",
                ],
            ]
            .concat(),
        )
        .json();
        assert_eq!(
            (
                &shown["quietHours"],
                &shown["timeZone"],
                &shown["textsPerMinute"],
                &shown["mailsPerMinute"]
            ),
            (&json!(hours), &json!("Etc/UTC"), &json!(6000), &json!(30))
        );
        let number = json!({ "number": "+15005550001" });
        let number = api.create(&program, "/phone-numbers", number).await["id"].clone();
        let chat = api.create_chat(&program, &number, 1).await;
        api.say(&program, &chat, "good night").await;
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        let waiting = loop {
            ticks.tick().await;
            let listed = command(&["delivery", "list", "--waiting", "--json"]).json();
            if listed[0]["reason"] == "quiet_hours" {
                break listed[0].clone();
            }
            assert_ne!(listed, json!([]));
        };
        assert_eq!(
            (&waiting["kind"], &waiting["status"], &waiting["attempts"]),
            (&json!("carrier"), &json!("queued"), &json!(0))
        );
        let end = format!("T{}:00", hours.split_once('-').unwrap().1);
        assert!(
            waiting["nextAttemptAt"].as_str().unwrap().contains(&end),
            "{waiting}"
        );
        assert_eq!(carrier.take_all(), Vec::<String>::new());
        let shown = command(
            &[
                &update[..],
                &["none", "--time-zone", "none", "--texts-per-minute", "none"],
            ]
            .concat(),
        )
        .json();
        assert_eq!(
            (
                &shown["quietHours"],
                &shown["timeZone"],
                &shown["textsPerMinute"],
                &shown["mailsPerMinute"]
            ),
            (&json!(null), &json!(null), &json!(null), &json!(30))
        );
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
