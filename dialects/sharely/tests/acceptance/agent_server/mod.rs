//! Agent threads that are answered by a customer's own agent server.
//!
//! Proves INV-32 (`docs/invariants.md`).

mod fake_server;
mod fixture;

use http::Method;
use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::json;

use self::fixture::AgentThreadFixture;
use crate::fixtures::{text_fields, versioned_request};

/// Defines tests that run on both databases with an allowed network.
macro_rules! agent_server_tests {
    ($($network:literal async fn $name:ident($fixture:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn body($fixture: AgentThreadFixture) $body

            #[test]
            fn sqlite() {
                block_on(async { body(AgentThreadFixture::create(TestBackend::Sqlite, $network).await).await });
            }

            #[test]
            fn postgres() {
                block_on(async { body(AgentThreadFixture::create(TestBackend::Postgres, $network).await).await });
            }
        }
    )*};
}

agent_server_tests! {
    "127.0.0.0/8" async fn question_follows_protocol_and_answer_is_forwarded(fixture) {
        let reply = fixture.ask(&json!({ "message": "How long?", "languageId": "en", "topK": 5 })).await;
        assert_eq!((reply.status, reply.header("content-type"), reply.header("cache-control")), (200, "text/event-stream", "no-cache, no-store"));
        assert_eq!(reply.event_names(), ["message_start", "content_delta", "content_delta", "message_end", "done"]);
        let request = fixture.agent.received_questions();
        assert_eq!(request.len(), 1);
        assert_eq!((&request[0].thread, request[0].authorization.as_str()), (&fixture.thread, format!("Bearer {}", fixture.test_space.ada).as_str()));
        assert_eq!(request[0].body, json!({ "message": "How long?", "languageId": "en", "topK": 5, "spaceId": fixture.test_space.space }));
        // Only the agent server stores the question and the answer.
        let stored = fixture.messages().await;
        assert_eq!((text_fields(&stored, "content"), text_fields(&stored, "role")), (vec!["How long?", "Seven days"], vec!["user", "assistant"]));
        assert_eq!(stored[1]["id"], request[0].message_id);
        for bad in [json!({}), json!({ "message": " " }), json!({ "message": "x".repeat(65_537) }), json!({ "message": "a", "topK": 51 }), json!({ "message": "a", "languageId": "x".repeat(65) })] {
            assert_eq!(fixture.ask(&bad).await.status, 400);
        }
        assert_eq!(fixture.agent.received_questions().len(), 1, "what is refused is not asked");
    }

    "127.0.0.0/8" async fn failed_answer_leaves_no_draft(fixture) {
        for question in ["fail", "page", "elsewhere"] {
            let failed = fixture.ask(&json!({ "message": question })).await;
            assert_eq!(failed.error_message(), "The agent gives no answer", "{question}");
            assert_eq!(fixture.messages().await, json!([]), "{question}");
        }
        assert_eq!(fixture.agent.received_questions().len(), 3, "no redirect is followed");
        let broken = fixture.ask(&json!({ "message": "break" })).await;
        assert_eq!(broken.event_names(), ["content_delta", "error", "done"], "{}", broken.text);
        assert_eq!(fixture.ask(&json!({ "message": "end" })).await.event_names(), ["content_end", "done"]);
        assert_eq!(fixture.messages().await, json!([]));
        fixture.set_agent_server("http://127.0.0.1:1").await;
        assert_eq!(fixture.ask(&json!({ "message": "anybody?" })).await.error_message(), "The agent cannot be reached");
        assert_eq!(fixture.messages().await, json!([]));
    }

    "10.0.0.0/8" async fn address_outside_allowed_networks_is_not_called(fixture) {
        let refused = fixture.ask(&json!({ "message": "How long?" })).await;
        assert_eq!(refused.error_message(), "The agent's address may not be called");
        assert_eq!((fixture.agent.received_questions().len(), fixture.messages().await), (0, json!([])));
        let port = fixture.test_space.server.url.rsplit(':').next().unwrap().to_owned();
        for inside in ["localhost", "127.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433"] {
            fixture.set_agent_server(&format!("http://{inside}:{port}")).await;
            let refused = fixture.ask(&json!({ "message": "How long?" })).await;
            assert_eq!(refused.error_message(), "The agent's address may not be called", "{inside}");
        }
        // Without an agent server the message is stored.
        let none = json!({ "agentServerUrl": null });
        versioned_request(&fixture.test_space.server, &fixture.test_space.server.a, &fixture.test_space.token, Method::PUT, "").json(&none).send().await.expect(200);
        assert_eq!(fixture.ask(&json!({ "message": "Hello" })).await.status, 200);
        assert_eq!(text_fields(&fixture.messages().await, "content"), ["Hello"]);
    }
}
