//! Calls over a carrier: placed, received, and what is said in them.
//!
//! Proves INV-77 (`docs/invariants.md`).

mod language;
mod placed;
mod quiet_hours;
mod received;
mod refused;
mod silence;
mod spoken;
mod twiml;

use parlor_kit::time::parse_iso;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer};
use serde_json::{Value, json};

use self::twiml::Twiml;
use super::signature::{post_signed_form, sign};
use super::sms_carrier::{Reply, SmsCarrier};
use crate::fixture::TestWorkspace;

const TOKEN: &str = "secret-of-the-account";
/// The carrier accepts a call.
const ACCEPT: Reply = Reply::Status(201, "", r#"{"sid":"CA1","status":"queued"}"#);

/// A workspace with a carrier of calls.
struct VoiceSetup {
    setup: TestWorkspace,
    carrier: SmsCarrier,
}

impl VoiceSetup {
    /// Starts a server whose assistants repeat what a person says, and whose carrier gives these replies.
    async fn start(backend: TestBackend, replies: &[Reply]) -> Self {
        Self::start_at(backend, replies, None).await
    }

    async fn start_at(backend: TestBackend, replies: &[Reply], time: Option<&str>) -> Self {
        let carrier = SmsCarrier::start(replies);
        let section = carrier.section_of("voice", &format!("auth_token = '{TOKEN}'"));
        let server = TestServer::start_with_carriers_and_assistant(backend, &section).await;
        if let Some(time) = time {
            server.clock.set(parse_iso(time).unwrap());
        }
        let setup = TestWorkspace::new(server).await;
        Self { setup, carrier }
    }

    /// Creates a chat that calls V.
    async fn place(&self) -> Value {
        let setup = &self.setup;
        let body = json!({ "channel": "phone-voice", "workflowId": setup.workflow, "memberId": setup.v.number });
        setup.create_chat(&setup.g, body).await
    }

    /// Gives the workflow an opening message.
    async fn set_opening(&self, text: &str) {
        let setup = &self.setup;
        let path = format!("/workflows/{}", setup.workflow_uuid);
        let change = json!({ "openingMessage": text });
        setup.put(&setup.g, &path, change).await.expect(200);
        let version = setup.publish("with an opening").await;
        setup.activate(version).await;
    }

    /// Returns the path of a step of the call that a chat has placed.
    fn call_path(&self, chat: &Value, step: &str) -> String {
        let call = chat["call"]["id"].as_str().unwrap();
        self.path(&format!("/calls/{call}/{step}"))
    }

    fn path(&self, rest: &str) -> String {
        format!("/carriers/voice/{}{rest}", self.setup.server.a.workspace)
    }

    /// Posts a form as the carrier does, with its signature; returns the status and the answer.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let body = encode_form(fields);
        let url = format!("{}{path}", self.setup.server.url);
        let signature = sign(TOKEN, &url, &body).await;
        self.post_signed(path, &body, &signature).await
    }

    async fn post_signed(&self, path: &str, body: &str, signature: &str) -> (u16, String) {
        post_signed_form(&self.setup.server, path, body, signature).await
    }

    /// Posts a form about the call `CA1`, or that of a URL, and returns what is to be done.
    async fn step(&self, path: &str, fields: &[(&str, &str)]) -> Twiml {
        let path = path.strip_prefix(&self.setup.server.url).unwrap_or(path);
        let fields = [&[("CallSid", "CA1")], fields].concat();
        let (status, answer) = self.post(path, &fields).await;
        assert_eq!(status, 200, "{answer} {}", self.setup.server.logs());
        Twiml::parse(&answer).await
    }

    /// Posts something that was said in reply to what the call said last.
    async fn speak(&self, last: &Twiml, text: &str) -> Twiml {
        self.step(last.action(), &[("SpeechResult", text)]).await
    }

    /// Reports how far a call is.
    async fn report(&self, path: &str, status: &str) {
        let answer = self.step(path, &[("CallStatus", status)]).await;
        assert_eq!(answer, Twiml::default());
    }

    async fn fetch(&self, chat: &Value) -> Value {
        let path = format!("/chats/{}", chat["id"]);
        self.setup.get(&self.setup.g, &path).await.expect(200)
    }

    /// Returns the roles and contents of a chat's messages, oldest first.
    async fn transcript(&self, chat: &Value) -> Vec<(String, String)> {
        let path = format!("/chats/{}/messages?limit=100", chat["id"]);
        let page = self.setup.get(&self.setup.g, &path).await.expect(200);
        let word = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        let rows = page.as_array().unwrap().iter().rev();
        rows.map(|row| (word(row, "role"), word(row, "content")))
            .collect()
    }

    /// Returns the chats over calls.
    async fn chats(&self) -> Vec<Value> {
        let path = "/chats?channel=phone-voice&sortBy=createdAt";
        let page = self.setup.get(&self.setup.g, path).await.expect(200);
        let rows = page.as_array().or_else(|| page["items"].as_array());
        rows.unwrap().clone()
    }
}

fn encode_form(fields: &[(&str, &str)]) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn encode(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

/// Message of the assistant, as [`VoiceSetup::transcript`] returns it.
fn assistant(text: &str) -> (String, String) {
    ("assistant".to_owned(), text.to_owned())
}

/// Message of the person who is called.
fn user(text: &str) -> (String, String) {
    ("user".to_owned(), text.to_owned())
}

/// Runs a test on both databases, with a carrier that accepts calls.
fn on_both(body: impl AsyncFn(VoiceSetup)) {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async { body(VoiceSetup::start(backend, &[ACCEPT]).await).await });
    }
}

/// Runs a test on both databases, with a carrier that accepts calls, at a time in the future.
fn on_both_from(time: &str, body: impl AsyncFn(VoiceSetup)) {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let voice = VoiceSetup::start_at(backend, &[ACCEPT], Some(time)).await;
            body(voice).await;
        });
    }
}
