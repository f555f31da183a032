//! The `Idempotency-Key` header of group creation.

use std::time::Duration;

use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{activate_space, create_group_request, create_space, get_token, group_names};

both! {
    async fn repeat_returns_first_response(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let request = |name: &str| {
            create_group_request(&server, &server.a, &token, &space)
                .header("Idempotency-Key", "k-1")
                .json(&json!({ "name": name }))
                .send()
        };
        let first = request("Support").await;
        let second = request("Support").await;
        assert_eq!(first.expect(200), second.expect(200));
        assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), ("", "true"));
        assert_eq!(second.header("x-api-version"), "v1");
        let other = request("Billing").await.expect(409);
        assert_eq!(other["error"], "Conflict");
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Support"]);
    }

    async fn key_is_valid_for_a_day_and_per_space(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let ada = create_space(&server, &server.a, &token).await;
        let bob = activate_space(&server, &server.a, &token, "bob").await;
        let bob = bob["spaceId"].as_str().unwrap();
        let request = |token: &str, space: &str| {
            create_group_request(&server, &server.a, token, space)
                .header("Idempotency-Key", "k-1")
                .json(&json!({ "name": "Support" }))
                .send()
        };
        let first = request(&token, &ada).await.expect(200);
        assert_ne!(request(&token, bob).await.expect(200)["id"], first["id"]);
        server.clock.advance(Duration::from_secs(86_401));
        let fresh = crate::fixtures::get_token(&server, &server.a).await;
        assert_ne!(request(&fresh, &ada).await.expect(200)["id"], first["id"]);
    }

    async fn rejected_request_does_not_use_key(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let request = |key: &str, body: serde_json::Value| {
            create_group_request(&server, &server.a, &token, &space).header("Idempotency-Key", key).json(&body).send()
        };
        for bad in ["", "  ", &"k".repeat(256)] {
            assert_eq!(request(bad, json!({})).await.expect(400)["error"], "Validation Error");
        }
        assert_eq!(request("k-1", json!({ "name": 42 })).await.status, 400);
        request("k-1", json!({ "name": "Support" })).await.expect(200);
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Support"]);
    }
}
