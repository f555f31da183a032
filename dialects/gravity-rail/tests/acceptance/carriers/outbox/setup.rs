//! A workspace with a carrier, whose assistants repeat what is said.

use std::time::Duration;

use parlor_kit::time::parse_iso;
use parlor_testkit::backend::block_on;
use parlor_testkit::server::echo_provider;
use parlor_testkit::{TestBackend, TestServer};
use serde_json::{Value, json};

use super::super::signature::{post_signed_form, sign};
use super::super::sms_carrier::{Reply, SmsCarrier};
use crate::fixture::{TestMember, TestWorkspace};

pub(super) const TOKEN: &str = "secret-of-the-account";
/// Where others reach the server, as it is told.
const PUBLIC_URL: &str = "https://chat.example";
/// A time after which a test waits in vain.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// A workspace with a carrier, whose assistants repeat what is said.
pub(super) struct OutboxSetup {
    pub(super) setup: TestWorkspace,
    pub(super) carrier: SmsCarrier,
}

impl OutboxSetup {
    /// Returns the id of the newest message at the carrier.
    pub(super) fn newest_delivery(&self) -> String {
        let form = self.carrier.requests().last().unwrap().form.clone();
        let url = field(&form, "StatusCallback");
        url.rsplit('/').next().unwrap().to_owned()
    }

    pub(super) async fn start(backend: TestBackend, replies: &[Reply]) -> Self {
        let carrier = SmsCarrier::start(replies);
        let section = carrier.section(&format!("auth_token = '{TOKEN}'"));
        let setup = start(backend, &section).await;
        Self { setup, carrier }
    }

    /// Starts a server whose carrier accepts everything, at a time.
    async fn start_from(backend: TestBackend, time: &str) -> Self {
        let carrier = SmsCarrier::start(&[]);
        let section = carrier.section(&format!("auth_token = '{TOKEN}'"));
        let server = start_server(backend, &section).await;
        server.clock.set(parse_iso(time).unwrap());
        let setup = TestWorkspace::new(server).await;
        Self { setup, carrier }
    }

    /// Creates a chat of V over text messages.
    pub(super) async fn chat(&self, more: Value) -> Value {
        let mut body = json!({
            "channel": "phone-sms", "assistantEnabled": false, "memberId": self.setup.v.number,
            "phoneNumberId": self.setup.p1,
        });
        let fields = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields);
        self.setup.create_chat(&self.setup.g, body).await
    }

    /// Says something as the assistant, by the API of another vendor.
    pub(super) async fn say(&self, chat: &Value, text: &str) {
        say(&self.setup, chat, text).await;
    }

    /// Posts a message of a member.
    pub(super) async fn post(&self, caller: &TestMember, chat: &Value, text: &str) {
        let path = format!("/chats/{}/messages", chat["id"]);
        let body = json!({ "content": text });
        let posted = self.setup.post(caller, &path, body).await.expect(200);
        assert_eq!(posted["deliveryStatus"], Value::Null);
    }

    /// Waits until the messages have these texts and states.
    pub(super) async fn wait_for(&self, chat: &Value, wanted: &[(&str, Option<&str>)]) {
        wait_for(&self.setup, chat, wanted).await;
    }

    /// Returns the texts that the carrier has got, in their order.
    pub(super) fn sent(&self) -> Vec<String> {
        let requests = self.carrier.requests().into_iter();
        requests
            .map(|request| field(&request.form, "Body"))
            .collect()
    }

    /// Posts to the address for reports of the newest message what the carrier says of it; returns the status.
    pub(super) async fn report(&self, status: &str, signing_token: &str) -> u16 {
        let form = self.carrier.requests().last().unwrap().form.clone();
        let url = field(&form, "StatusCallback");
        let path = url.strip_prefix(PUBLIC_URL).unwrap();
        self.report_at(path, status, signing_token).await
    }

    /// Receives a text of the member, as the carrier does.
    pub(super) async fn receive(&self, id: &str, text: &str) {
        let path = format!("/carriers/sms/{}/messages", self.setup.server.a.workspace);
        let body = format!(
            "MessageSid={id}&From=%2B15005550123&To=%2B15005550001&Body={}&NumMedia=0",
            text.replace(' ', "+")
        );
        let signature = sign(TOKEN, &format!("{PUBLIC_URL}{path}"), &body).await;
        let (status, answer) = post_signed_form(&self.setup.server, &path, &body, &signature).await;
        assert_eq!(status, 200, "{answer}");
    }

    pub(super) async fn report_at(&self, path: &str, status: &str, signing_token: &str) -> u16 {
        let body = format!("MessageSid=SM1&MessageStatus={status}&To=%2B15005550123");
        let url = format!("{PUBLIC_URL}{path}");
        let signature = sign(signing_token, &url, &body).await;
        post_signed_form(&self.setup.server, path, &body, &signature)
            .await
            .0
    }
}

pub(super) async fn start(backend: TestBackend, sections: &str) -> TestWorkspace {
    TestWorkspace::new(start_server(backend, sections).await).await
}

async fn start_server(backend: TestBackend, sections: &str) -> TestServer {
    let server = TestServer::start_with_carriers_and(backend, sections, |options| {
        options.assistant.provider = Some(echo_provider());
        options.public_url = Some(PUBLIC_URL.to_owned());
        options.webhooks.first_delay = Duration::from_millis(50);
        options.webhooks.poll_interval = Duration::from_millis(50);
    });
    server.await
}

pub(super) async fn say(setup: &TestWorkspace, chat: &Value, text: &str) {
    let server = &setup.server;
    let path = format!("/api/v1/chats/{}/messages", chat["uuid"].as_str().unwrap());
    let body = json!({ "content": text, "sender_role": "assistant" });
    let request = server.post(&path).header("x-api-key", &server.a.key);
    request.json(&body).send().await.expect(201);
}

async fn states(setup: &TestWorkspace, chat: &Value) -> Vec<(String, Value)> {
    let path = format!("/chats/{}/messages?limit=100", chat["id"]);
    let page = setup.get(&setup.g, &path).await.expect(200);
    let rows = page.as_array().unwrap().iter().rev();
    let state = |row: &Value| {
        let text = row["content"].as_str().unwrap_or_default().to_owned();
        (text, row["deliveryStatus"].clone())
    };
    rows.map(state).collect()
}

pub(super) async fn wait_for(setup: &TestWorkspace, chat: &Value, wanted: &[(&str, Option<&str>)]) {
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(text, state)| ((*text).to_owned(), json!(state)))
        .collect();
    let mut found = Vec::new();
    let looks = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        while found != wanted {
            ticks.tick().await;
            found = states(setup, chat).await;
        }
    };
    let waited = tokio::time::timeout(MAX_WAIT, looks).await;
    assert!(waited.is_ok(), "{found:?} is not {wanted:?}");
}

/// Returns a field of a form; empty without it.
fn field(form: &str, name: &str) -> String {
    let mut fields = form_urlencoded::parse(form.as_bytes());
    let found = fields.find(|(found, _)| found == name);
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

pub(super) fn on_both(replies: &[Reply], body: impl AsyncFn(OutboxSetup)) {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async { body(OutboxSetup::start(backend, replies).await).await });
    }
}

/// Runs a test on both databases, with a carrier that accepts everything, at a time in the future.
pub(super) fn on_both_from(time: &str, body: impl AsyncFn(OutboxSetup)) {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async { body(OutboxSetup::start_from(backend, time).await).await });
    }
}
