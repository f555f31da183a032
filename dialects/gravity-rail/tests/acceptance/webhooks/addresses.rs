//! Addresses that are not called.

use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use super::fixture::webhook_tests;
use super::receiver::{ScriptedAnswer, WebhookReceiver};
use crate::fixture::TestWorkspace;

webhook_tests! {
    async fn redirect_is_not_followed(hooks) {
        let inside = hooks.setup.server.url.clone();
        let rule = hooks.create_rule("chat:created", "hook").await;
        let targets = [format!("{inside}/livez"), "http://169.254.169.254/latest".to_owned(), format!("{}/other", hooks.receiver.url)];
        let redirects = targets.into_iter().map(|target| ScriptedAnswer { headers: vec![("location", target)], ..ScriptedAnswer::status(307) });
        hooks.receiver.answer("hook", redirects).await;
        for _ in 0..3 {
            hooks.create_chat().await;
        }
        assert!(hooks.receiver.take(3).await.iter().all(|hook| hook.name == "hook"));
        hooks.wait_for("failed", 3).await;
        for delivery in hooks.deliveries(&rule).await {
            assert_eq!((&delivery["reason"], &delivery["responseStatus"]), (&json!("redirected"), &json!(307)));
        }
        hooks.receiver.assert_nothing_more();
    }

    async fn dead_receiver_is_unreachable(hooks) {
        // A port that was just free.
        let port = parlor_testkit::tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let rule = hooks.create_rule_to("chat:created", &format!("http://{port}/hook")).await;
        hooks.create_chat().await;
        hooks.wait_for("failed", 1).await;
        let delivery = &hooks.deliveries(&rule).await[0];
        assert_eq!((&delivery["reason"], &delivery["attempts"], &delivery["responseStatus"]), (&json!("unreachable"), &json!(3), &Value::Null));
    }
}

/// Creates a rule on a server with default settings, except that it may call addresses without TLS.
async fn start_without_networks(backend: parlor_testkit::TestBackend) -> TestWorkspace {
    let server = TestServer::start_with(backend, |options| options.webhooks.allow_http = true);
    TestWorkspace::new(server.await).await
}

async fn inside_addresses_are_not_called(backend: parlor_testkit::TestBackend) {
    let (setup, mut receiver) = (
        start_without_networks(backend).await,
        WebhookReceiver::start().await,
    );
    let port = receiver.url.split([':', '/']).nth(4).unwrap().to_owned();
    let hosts = [
        "127.0.0.1",
        "localhost",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "10.0.0.1",
    ];
    for host in hosts {
        let body = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "webhook:send", "actionParams": { "url": format!("http://{host}:{port}/hooks/inside?token=hidden") } });
        setup.post(&setup.g, "/event-rules", body).await.expect(200);
    }
    setup
        .create_chat(&setup.u, json!({ "channel": "web-chat" }))
        .await;
    let forbidden = "select count(*) from delivery where state = 'failed' and reason = 'address_forbidden' and attempts = 1";
    setup.server.wait_for_count(forbidden, 7).await;
    receiver.assert_nothing_more();
    assert!(!setup.server.logs().contains("token=hidden"));
}

#[test]
fn inside_addresses_are_not_called_sqlite() {
    parlor_testkit::backend::block_on(inside_addresses_are_not_called(
        parlor_testkit::TestBackend::Sqlite,
    ));
}

#[test]
fn inside_addresses_are_not_called_postgres() {
    parlor_testkit::backend::block_on(inside_addresses_are_not_called(
        parlor_testkit::TestBackend::Postgres,
    ));
}

both! {
    async fn addresses_without_tls_are_refused_unless_the_operator_allows_them(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "webhook:send", "actionParams": { "url": "http://example.org/hook" } });
        let refused = setup.post(&setup.g, "/event-rules", body).await.expect(400);
        assert_eq!(refused["errors"][0]["loc"], json!(["body", "actionParams", "url"]));
    }
}
