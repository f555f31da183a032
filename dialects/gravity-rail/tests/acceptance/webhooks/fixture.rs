//! A workspace with a receiver of webhooks.

use std::time::Duration;

use parlor_testkit::{TestBackend, TestServer, echo_provider};
use serde_json::{Value, json};

use super::receiver::WebhookReceiver;
use crate::fixture::TestWorkspace;

/// Defines tests that run on both databases with a receiver that may be called.
macro_rules! webhook_tests {
    ($(async fn $name:ident($hooks:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "the body may need what stands beside it")]
            use super::*;

            #[allow(unused_mut, reason = "not every body takes requests")]
            async fn body(mut $hooks: $crate::webhooks::fixture::WebhookFixture) $body

            #[test]
            fn sqlite() {
                parlor_testkit::backend::block_on(async {
                    body($crate::webhooks::fixture::WebhookFixture::start(parlor_testkit::TestBackend::Sqlite).await).await;
                });
            }

            #[test]
            fn postgres() {
                parlor_testkit::backend::block_on(async {
                    body($crate::webhooks::fixture::WebhookFixture::start(parlor_testkit::TestBackend::Postgres).await).await;
                });
            }
        }
    )*};
}
pub(super) use webhook_tests;

/// A workspace with a receiver.
pub(super) struct WebhookFixture {
    pub(super) setup: TestWorkspace,
    pub(super) receiver: WebhookReceiver,
}

impl WebhookFixture {
    /// Starts a server whose assistants are `echo`, with three attempts and short pauses, which pauses a receiver after ten minutes of failures.
    pub(super) async fn start(backend: TestBackend) -> Self {
        let server = TestServer::start_with(backend, |options| {
            options.agent_server_networks = vec!["127.0.0.0/8".parse().unwrap()];
            options.assistant.provider = Some(echo_provider());
            options.webhooks.allow_http = true;
            options.webhooks.max_attempts = 3;
            options.webhooks.first_delay = Duration::from_millis(20);
            options.webhooks.pause_after = Duration::from_secs(600);
            options.webhooks.poll_interval = Duration::from_millis(50);
        });
        Self {
            setup: TestWorkspace::new(server.await).await,
            receiver: WebhookReceiver::start().await,
        }
    }

    /// Creates a rule that posts an event to a name of the receiver, and returns it.
    pub(super) async fn create_rule(&self, event: &str, name: &str) -> Value {
        self.create_rule_to(event, &format!("{}/{name}", self.receiver.url))
            .await
    }

    pub(super) async fn create_rule_to(&self, event: &str, url: &str) -> Value {
        let body = json!({ "name": "Hook", "objectType": "chat", "eventType": event, "actionType": "webhook:send", "actionParams": { "url": url } });
        let created = self.setup.post(&self.setup.g, "/event-rules", body).await;
        created.expect(200)
    }

    /// Creates a chat in which no assistant answers.
    pub(super) async fn create_chat(&self) -> Value {
        let body = json!({ "channel": "web-chat", "assistantEnabled": false });
        self.setup.create_chat(&self.setup.u, body).await
    }

    /// Says something in a chat.
    pub(super) async fn say(&self, chat: &Value, text: &str) {
        let path = format!("/chats/{}/messages", chat["id"]);
        let body = json!({ "content": text });
        let said = self.setup.post(&self.setup.u, &path, body).await;
        said.expect(200);
    }

    /// Waits until deliveries are in a state.
    pub(super) async fn wait_for(&self, state: &str, count: i64) {
        let query = format!("select count(*) from delivery where state = '{state}'");
        self.setup.server.wait_for_count(&query, count).await;
    }

    pub(super) async fn rule(&self, rule: &Value) -> Value {
        let path = format!("/event-rules/{}", rule["id"]);
        self.setup.get(&self.setup.g, &path).await.expect(200)
    }

    /// Posts to a path below a rule, as G.
    pub(super) async fn post(&self, rule: &Value, rest: &str, body: Value) -> Value {
        let path = format!("/event-rules/{}{rest}", rule["id"]);
        let posted = self.setup.post(&self.setup.g, &path, body).await;
        posted.expect(200)
    }

    /// Returns the webhooks of a rule, oldest first.
    pub(super) async fn deliveries(&self, rule: &Value) -> Vec<Value> {
        let path = format!("/event-rules/{}/deliveries?pageSize=100", rule["id"]);
        let page = self.setup.get(&self.setup.g, &path).await.expect(200);
        let mut rows = page["items"].as_array().unwrap().clone();
        rows.reverse();
        rows
    }
}
