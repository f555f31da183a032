//! Faults by a seed.

use std::collections::HashSet;

use serde_json::json;

use super::api::LoneSimulator;
use super::fixture::{NUMBER, SimulatedServer, wait_for};
use crate::program::block_on;

const REQUESTS: usize = 40;
const PEOPLE: usize = 12;

/// Sends texts one after another, and returns what became of the requests, and of the texts that were accepted.
async fn send_all(seed: &str) -> Vec<String> {
    let simulator = LoneSimulator::start(&["--seed", seed, "--fault-rate", "0.5"]);
    let mut outcomes = Vec::new();
    for index in 0..REQUESTS {
        let to = format!("+150055502{index:02}");
        let form = [("To", &*to), ("From", NUMBER), ("Body", "Hello")];
        outcomes.push(match simulator.post("Messages.json", &form).await {
            Ok(response) => response.status().as_u16().to_string(),
            Err(_) => "lost".to_owned(),
        });
    }
    let accepted = wait_for(async || {
        let messages = simulator.messages().await;
        let mut rows = messages.as_array().unwrap().iter();
        let is_over = rows.all(|row| row["status"] != "queued" && row["status"] != "sent");
        if is_over {
            Ok(messages)
        } else {
            Err(messages.to_string())
        }
    })
    .await;
    let is_accepted = |outcome: &&String| ["201", "lost"].contains(&outcome.as_str());
    let expected = outcomes.iter().filter(is_accepted).count();
    assert_eq!(
        accepted.as_array().unwrap().len(),
        expected,
        "a lost answer was accepted"
    );
    let states = accepted.as_array().unwrap().iter();
    outcomes.extend(states.map(|row| row["status"].as_str().unwrap().to_owned()));
    simulator.program.stop();
    outcomes
}

#[test]
fn same_seed_has_the_same_faults_and_another_one_others() {
    block_on(async {
        let first = send_all("7").await;
        assert_eq!(send_all("7").await, first);
        assert_ne!(send_all("8").await, first);
        for outcome in [
            "201",
            "lost",
            "429",
            "503",
            "delivered",
            "undelivered",
            "failed",
        ] {
            assert!(
                first.iter().any(|found| found == outcome),
                "{outcome}: {first:?}"
            );
        }
    });
}

#[test]
fn faulty_carrier_sends_no_answer_twice_and_stores_no_text_twice() {
    block_on(async {
        let variables = [
            ("PARLOR_SIMULATOR__FAULT_RATE", "0.5"),
            ("PARLOR_SIMULATOR__SEED", "11"),
        ];
        let server = SimulatedServer::start(&variables).await;
        for index in 0..PEOPLE {
            let from = format!("+150055502{index:02}");
            let text = format!("Question {index}");
            let command = json!({ "from": from, "to": NUMBER, "text": text });
            assert_eq!(server.command("sms", &command).await, 201);
        }
        let states = wait_for(async || {
            let mut states = Vec::new();
            for chat in server.chats("phone-sms").await {
                let messages = server.messages(&chat).await;
                assert!(messages.len() <= 2, "{messages:?}");
                states.extend(messages.into_iter().skip(1).map(|(_, state)| state));
            }
            let is_over = states.iter().all(|state| *state != "queued");
            if is_over && states.len() == PEOPLE {
                Ok(states)
            } else {
                Err(format!("{states:?}"))
            }
        })
        .await;
        let known = ["sent", "delivered", "failed", "unknown"];
        assert!(
            states
                .iter()
                .all(|state| known.contains(&state.as_str().unwrap())),
            "{states:?}"
        );
        let messages = server.simulated("messages").await;
        let mut answers = HashSet::new();
        for message in messages.as_array().unwrap() {
            if message["direction"] == "outbound-api" {
                assert!(
                    answers.insert(message["text"].to_string()),
                    "{message} was sent twice"
                );
            }
        }
        assert!(!answers.is_empty());
        server.program.stop();
    });
}
