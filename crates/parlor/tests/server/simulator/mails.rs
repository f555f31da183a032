//! Mail.

use serde_json::{Value, json};

use super::fixture::{INBOX, SimulatedServer, wait_for};
use crate::program::block_on;

const ADA: &str = "ada@example.org";

/// Creates a chat over mail whose first message leaves at once.
async fn write_first(server: &SimulatedServer, address: &str) -> Value {
    let member = json!({ "name": address, "email": address });
    let member = server.create("/members", member).await;
    let chat = json!({
        "channel": "email", "assistantEnabled": false, "memberId": member["id"],
        "title": "Appointment", "initialMessage": "Can you come on Monday?",
    });
    server.create("/chats", chat).await
}

async fn wait_for_event(server: &SimulatedServer, id: &Value, status: &str) {
    wait_for(async || {
        let events = server.simulated("events").await;
        let mut events = events.as_array().unwrap().iter();
        let found = events.any(|event| event["id"] == *id && event["status"] == status);
        found.then_some(()).ok_or_else(|| server.simulator.clone())
    })
    .await;
}

#[test]
fn mails_are_answered_in_their_chat_unless_they_come_back() {
    block_on(async {
        let server = SimulatedServer::start(&[]).await;
        let chat = write_first(&server, ADA).await;
        let mail = server
            .wait_for_record("mails", |mail| mail["status"] == "delivered")
            .await;
        let parties = (&mail["from"], &mail["to"], &mail["subject"]);
        assert_eq!(parties, (&json!(INBOX), &json!(ADA), &json!("Appointment")));
        let text = mail["text"].as_str().unwrap();
        assert!(text.contains("Can you come on Monday?"), "{mail}");
        let id = mail["id"].as_str().unwrap();
        let reply = ["write-mail", "--in-reply-to", id, "Yes, grüße!", "--json"];
        let reply = server.channels(&reply).json();
        let parties = (&reply["from"], &reply["to"], &reply["subject"]);
        assert_eq!(
            parties,
            (&json!(ADA), &json!(INBOX), &json!("Re: Appointment"))
        );
        let texts: Vec<_> = server
            .messages(&chat)
            .await
            .into_iter()
            .map(|(text, _)| text)
            .collect();
        assert_eq!(texts, ["Can you come on Monday?", "Yes, grüße!"]);
        // Another subject is another chat, in which the assistant answers.
        let own = [
            "write-mail",
            "--from",
            ADA,
            "--to",
            INBOX,
            "--subject",
            "Hours",
            "Open?",
            "--json",
        ];
        let own = server.channels(&own).json();
        let answer = server.wait_for_record("mails", |mail| {
            mail["text"].as_str().unwrap().contains("You said: Open?")
        });
        let answer = answer.await;
        assert_eq!(
            (&answer["subject"], &answer["to"]),
            (&json!("Hours"), &json!(ADA))
        );
        assert_eq!(own["status"], "received");
        assert_eq!(server.chats("email").await.len(), 2);
        mails_of_programs_are_stored_nowhere(&server).await;
        let log = server.program.stop();
        assert!(!log.contains("Is this the desk?") && !log.contains("bounce@example.org"));
    });
}

async fn mails_of_programs_are_stored_nowhere(server: &SimulatedServer) {
    for (address, status) in [
        ("bounce@example.org", "bounced"),
        ("away@example.org", "answered"),
    ] {
        let chat = write_first(server, address).await;
        let mail = server
            .wait_for_record("mails", |mail| {
                mail["to"] == address && mail["status"] == status
            })
            .await;
        // The server has taken the report, and it is no message of a person.
        wait_for_event(server, &mail["id"], &format!("{status}: HTTP 204")).await;
        assert_eq!(server.messages(&chat).await.len(), 1, "{address}");
    }
    assert_eq!(server.chats("email").await.len(), 4);
    operator_sees_what_does_not_exist(server).await;
}

/// The address whose mail has come back is listed and cleared; a text to a number that nobody has is listed.
async fn operator_sees_what_does_not_exist(server: &SimulatedServer) {
    let delivery = |arguments: &[&str]| {
        let words = [&["delivery"], arguments, &["--json"]].concat();
        server.program.run_command(&words).json()
    };
    let listed = delivery(&["undeliverable"]);
    let entry = json!({ "medium": "email", "address": "bounce@example.org", "code": "5.1.1" });
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    for field in ["medium", "address", "code"] {
        assert_eq!(listed[0][field], entry[field], "{listed}");
    }
    let clear = ["clear", "Bounce@Example.org"];
    assert_eq!(delivery(&clear)["cleared"], true);
    assert_eq!(delivery(&clear)["cleared"], false);
    assert_eq!(delivery(&["undeliverable"]), json!([]));

    let text = json!({ "from": "+15005550123", "to": "+15005550009", "text": "Is this the desk?" });
    server.command("sms", &text).await;
    let unmatched = wait_for(async || {
        let listed = delivery(&["unmatched"]);
        let is_there = listed[0]["text"] == "Is this the desk?";
        is_there.then(|| listed.clone()).ok_or(listed.to_string())
    });
    let unmatched = unmatched.await;
    assert_eq!(unmatched[0]["to"], "+15005550009");
}
