//! Calls.

use serde_json::{Value, json};

use super::fixture::{ADA, NUMBER, SimulatedServer, wait_for};
use crate::program::block_on;

/// A member that is called.
const GRACE: &str = "+15005550125";

/// Creates a chat that calls a person.
async fn place(server: &SimulatedServer, workflow: &Value, name: &str, phone: &str) -> Value {
    let member = json!({ "name": name, "phone": phone });
    let member = server.create("/members", member).await;
    let chat =
        json!({ "channel": "phone-voice", "workflowId": workflow, "memberId": member["id"] });
    server.create("/chats", chat).await
}

async fn wait_for_call_status(server: &SimulatedServer, chat: &Value, wanted: &str) {
    wait_for(async || {
        let found = server.get(&format!("/chats/{}", chat["id"])).await;
        let status = found["call"]["status"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if status == wanted {
            Ok(())
        } else {
            Err(status)
        }
    })
    .await;
}

#[test]
fn calls_in_both_directions_are_conversations() {
    block_on(async {
        let server = SimulatedServer::start(&[]).await;
        let called = server.channels(&[
            "call",
            "--from",
            ADA,
            "--to",
            NUMBER,
            "When is it?",
            "Thanks",
        ]);
        assert_eq!(called.code, Some(0), "{called:?}");
        let transcript = [
            "server  Hello. How can I help you?",
            "person  When is it?",
            "server  You said: When is it?",
            "person  Thanks",
            "server  You said: Thanks",
        ];
        assert_eq!(called.stdout.lines().collect::<Vec<_>>(), transcript);
        let chats = server.chats("phone-voice").await;
        let texts: Vec<_> = server
            .messages(&chats[0])
            .await
            .into_iter()
            .map(|(text, _)| text)
            .collect();
        let said = [
            "When is it?",
            "You said: When is it?",
            "Thanks",
            "You said: Thanks",
        ];
        assert_eq!(texts, said);
        let calls = server.simulated("calls").await;
        assert_eq!(
            (&calls[0]["status"], &calls[0]["direction"]),
            (&json!("completed"), &json!("inbound"))
        );
        let refused = server.channels(&["say", calls[0]["sid"].as_str().unwrap(), "Hello?"]);
        refused.assert_refused(4, "the call is over", "channels");
        number_decides_who_answers(&server).await;
        server.program.stop();
    });
}

async fn number_decides_who_answers(server: &SimulatedServer) {
    let workflow = json!(1);
    let chat = place(server, &workflow, "Grace", GRACE).await;
    let call = server
        .wait_for_record("calls", |call| {
            call["to"] == GRACE && call["transcript"].as_array().unwrap().len() == 1
        })
        .await;
    let sid = call["sid"].as_str().unwrap();
    wait_for_call_status(server, &chat, "in-progress").await;
    assert_eq!(server.channels(&["say", sid, "Who is it?"]).code, Some(0));
    let said = json!([
        { "speaker": "server", "text": "Hello. How can I help you?" },
        { "speaker": "person", "text": "Who is it?" },
        { "speaker": "server", "text": "You said: Who is it?" },
    ]);
    server
        .wait_for_record("calls", |call| call["transcript"] == said)
        .await;
    assert_eq!(server.channels(&["hang-up", sid]).code, Some(0));
    wait_for_call_status(server, &chat, "completed").await;
    for (name, phone, status) in [
        ("Bob", "+15005550486", "busy"),
        ("Cyd", "+15005550480", "no-answer"),
        ("Dan", "+15005550500", "failed"),
        // A machine answers, on which the server hangs up without a word.
        ("Eve", "+15005550700", "completed"),
    ] {
        let chat = place(server, &workflow, name, phone).await;
        wait_for_call_status(server, &chat, status).await;
        let call = server
            .wait_for_record("calls", |call| call["to"] == phone)
            .await;
        assert_eq!(call["transcript"], json!([]), "{name}");
    }
}
