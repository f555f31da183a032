//! Messages that really leave: text messages and calls over a carrier, mails over a mail server.

mod described_api;
mod dkim;
mod email;
mod inbound_mail;
mod inbound_media;
mod inbound_sms;
mod mail_listener;
mod mail_server;
mod outbound_files;
mod outbox;
mod sending_policy;
mod signature;
mod sms;
mod sms_carrier;
mod voice;

use parlor_testkit::{TestBackend, TestServer};
use serde_json::{Value, json};

use crate::fixture::{EMAIL, PHONE, TestWorkspace};

/// A text that the log must not contain.
const TEXT: &str = "words-that-stay-between-us";

/// Starts a workspace on a server with these sections in its configuration.
async fn start(backend: TestBackend, sections: &str) -> TestWorkspace {
    TestWorkspace::new(TestServer::start_with_carriers(backend, sections).await).await
}

/// Creates a chat with a first message, over a channel.
async fn create_chat(setup: &TestWorkspace, channel: &str, text: &str) -> Value {
    let body = json!({
        "channel": channel, "assistantEnabled": false, "memberId": setup.v.number, "title": "Your *visit*",
        "initialMessage": text,
    });
    let mut body = body;
    if channel == "phone-sms" {
        body["phoneNumberId"] = json!(setup.p1);
    }
    setup.create_chat(&setup.g, body).await
}

/// Asserts that a chat was stored with its message.
#[track_caller]
fn assert_sent(chat: &Value) {
    let error = chat.get("initialMessageError");
    assert_eq!((error, &chat["messageCount"]), (None, &json!(1)));
}

/// Asserts that a chat was stored without its message, and that the log tells the reason and nothing else.
#[track_caller]
fn assert_not_sent(setup: &TestWorkspace, chat: &Value, (code, logged): (&str, &str)) {
    assert_eq!(
        (&chat["initialMessageError"], &chat["messageCount"]),
        (&json!(code), &json!(0))
    );
    let logs = setup.server.logs();
    assert!(logs.contains(logged), "{logged} in {logs}");
    assert_nothing_private(&logs);
}

#[track_caller]
fn assert_nothing_private(logs: &str) {
    for private in [TEXT, PHONE, EMAIL, "+1500555000", "secret-of-the-account"] {
        assert!(!logs.contains(private), "{private} in {logs:.300}");
    }
}

/// Returns the chats over a channel, newest first.
async fn chats_over(setup: &TestWorkspace, channel: &str) -> Vec<Value> {
    let path = format!("/chats?channel={channel}&sortBy=createdAt");
    let page = setup.get(&setup.g, &path).await.expect(200);
    let rows = page.as_array().or_else(|| page["items"].as_array());
    rows.unwrap().clone()
}

/// Returns the texts of a chat, oldest first.
async fn texts_of(setup: &TestWorkspace, chat: &Value) -> Vec<String> {
    let path = format!("/chats/{}/messages", chat["id"]);
    let page = setup.get(&setup.g, &path).await.expect(200);
    let rows = page.as_array().or_else(|| page["items"].as_array());
    let texts = rows.unwrap().iter().rev();
    texts
        .map(|row| row["content"].as_str().unwrap().to_owned())
        .collect()
}
