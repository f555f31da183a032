//! Receivers that hang, beside those of another workspace.

use std::time::Duration;

use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, TestTenant};
use serde_json::{Value, json};

use super::receiver::WebhookReceiver;

#[test]
fn hanging_receivers_leave_places_to_other_workspaces() {
    block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options.agent_server_networks = vec!["127.0.0.0/8".parse().unwrap()];
            options.webhooks.allow_http = true;
            options.webhooks.max_concurrent = 4;
            options.webhooks.timeout = Duration::from_secs(60);
            options.webhooks.poll_interval = Duration::from_millis(50);
        })
        .await;
        let mut receiver = WebhookReceiver::start().await;
        let post = async |tenant: &TestTenant, path: &str, body: Value| {
            let path = format!("/api/v2/w/{}{path}", tenant.workspace);
            let request = server.post(&path).bearer(&tenant.key).json(&body);
            request.send().await.expect(200);
        };
        let rule = |name: &str| {
            let url = format!("{}/{name}", receiver.url);
            json!({
                "objectType": "chat", "eventType": "chat:created", "actionType": "webhook:send",
                "actionParams": { "url": url },
            })
        };
        for _ in 0..6 {
            post(&server.a, "/event-rules", rule("slow")).await;
        }
        post(&server.b, "/event-rules", rule("other")).await;
        let chat = json!({ "channel": "web-chat", "assistantEnabled": false });
        post(&server.a, "/chats", chat.clone()).await;
        // Three of the four places.
        let hanging = receiver.take(3).await;
        assert!(hanging.iter().all(|hook| hook.name == "slow"));
        post(&server.b, "/chats", chat).await;
        assert_eq!(receiver.next().await.name, "other");
        receiver.assert_nothing_more();
    });
}
