//! Text messages.

use serde_json::{Value, json};

use super::fixture::{ADA, NUMBER, SimulatedServer, wait_for};
use crate::program::{block_on, get};

fn send(server: &SimulatedServer, from: &str, text: &str) -> Value {
    let sent = server.channels(&["send-sms", "--from", from, "--to", NUMBER, text, "--json"]);
    sent.json()
}

#[test]
fn texts_are_answered_and_delivered_unless_the_person_or_the_number_refuses() {
    block_on(async {
        let server = SimulatedServer::start(&[]).await;
        let sent = send(&server, ADA, "Hello");
        assert_eq!(
            (&sent["status"], &sent["text"]),
            (&json!("received"), &json!("Hello"))
        );
        let chat = wait_for(async || {
            server
                .chats("phone-sms")
                .await
                .pop()
                .ok_or_else(String::new)
        })
        .await;
        let delivered = json!("delivered");
        let conversation = [("Hello", Value::Null), ("You said: Hello", delivered)];
        server.wait_for_messages(&chat, &conversation).await;
        let answer = server
            .wait_for_record("messages", |record| record["direction"] == "outbound-api")
            .await;
        assert_eq!(
            (&answer["to"], &answer["text"]),
            (&json!(ADA), &json!("You said: Hello"))
        );
        // What is printed for people has no whole number unless it is asked for.
        let list = server.channels(&["list", "messages"]);
        assert!(
            list.stdout.contains("You said: Hello") && !list.stdout.contains(ADA),
            "{list:?}"
        );
        assert!(
            server
                .channels(&["list", "messages", "--show"])
                .stdout
                .contains(ADA)
        );
        // HELP is answered in the answer to the request.
        send(&server, ADA, "HELP");
        let help = server
            .wait_for_record("messages", |record| record["direction"] == "outbound-reply")
            .await;
        assert!(help["text"].as_str().unwrap().contains("STOP"), "{help}");
        // Nothing comes in answer, so nothing is waited for.
        let stop = [
            "send-sms", "--from", ADA, "--to", NUMBER, "--wait", "stop", "--json",
        ];
        assert_eq!(server.channels(&stop).json()["text"], "stop");
        send(&server, ADA, "One more");
        let failed = json!("failed");
        let after = [
            conversation[0].clone(),
            conversation[1].clone(),
            ("One more", Value::Null),
            ("You said: One more", failed),
        ];
        server.wait_for_messages(&chat, &after).await;
        let messages = server.simulated("messages").await;
        let answers = messages.as_array().unwrap().iter();
        assert_eq!(
            answers
                .filter(|record| record["direction"] == "outbound-api")
                .count(),
            1
        );
        number_decides_what_becomes_of_a_text(&server).await;
        let metrics = get(&format!("{}/metrics", server.program.url), "").await.1;
        // One was refused at once, of two it was reported.
        let failed = "parlor_deliveries_total{event=\"message_created\",state=\"failed\"} 3";
        assert!(metrics.contains(failed), "{metrics}");
        let log = server.program.stop();
        for code in [30_003, 30_008] {
            let is_reported = |line: &&str| {
                line.contains("not delivered by its carrier")
                    && line.contains(&format!("\"code\":{code}"))
            };
            assert_eq!(log.lines().filter(is_reported).count(), 1, "{log}");
        }
        assert!(
            !log.contains("You said") && !log.contains("One more") && !log.contains("1500555"),
            "{log}"
        );
    });
}

async fn number_decides_what_becomes_of_a_text(server: &SimulatedServer) {
    for (person, state, code) in [
        ("+15005550430", "undelivered", json!(30_003)),
        ("+15005550500", "failed", json!(30_008)),
    ] {
        send(server, person, "Hello");
        let answer = server.wait_for_record("messages", |record| {
            record["to"] == person && record["status"] == state
        });
        assert_eq!(answer.await["errorCode"], code);
    }
    // The simulator does not accept what is for this number.
    send(server, "+15005550404", "Hello");
    wait_for(async || {
        let mut states = Vec::new();
        for chat in server.chats("phone-sms").await {
            states.extend(
                server
                    .messages(&chat)
                    .await
                    .into_iter()
                    .map(|(_, state)| state),
            );
        }
        let failed = states.iter().filter(|state| **state == "failed").count();
        if failed == 4 {
            Ok(())
        } else {
            Err(format!("{states:?}"))
        }
    })
    .await;
    let unknown = server.channels(&["send-sms", "--from", ADA, "--to", "+15005550009", "Hello"]);
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    assert!(unknown.stderr.contains("404"), "{unknown:?}");
    unknown.assert_refused(1, "phone number not found", "the server's log");
    let events = server.simulated("events?after=0").await.to_string();
    assert_eq!(
        events.matches("\"status\":\"failed\"").count(),
        2,
        "{events}"
    );
}
