//! The `Idempotency-Key` header of group creation.

use std::time::Duration;

use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{activate_space, create_group_request, create_space, get_token, group_names};

both! {
    async fn a_repeat_gives_the_first_answer(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let asked = |name: &str| {
            create_group_request(&server, &server.a, &token, &space)
                .header("Idempotency-Key", "k-1")
                .json(&json!({ "name": name }))
                .send()
        };
        let first = asked("Support").await;
        let second = asked("Support").await;
        assert_eq!(first.expect(200), second.expect(200));
        assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), ("", "true"));
        assert_eq!(second.header("x-api-version"), "v1");
        let other = asked("Billing").await.expect(409);
        assert_eq!(other["error"], "Conflict");
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Support"]);
    }

    async fn it_holds_for_a_day_and_per_space(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let ada = create_space(&server, &server.a, &token).await;
        let bob = activate_space(&server, &server.a, &token, "bob").await;
        let bob = bob["spaceId"].as_str().unwrap();
        let asked = |token: &str, space: &str| {
            create_group_request(&server, &server.a, token, space)
                .header("Idempotency-Key", "k-1")
                .json(&json!({ "name": "Support" }))
                .send()
        };
        let first = asked(&token, &ada).await.expect(200);
        assert_ne!(asked(&token, bob).await.expect(200)["id"], first["id"]);
        server.clock.advance(Duration::from_secs(86_401));
        let fresh = crate::fixtures::get_token(&server, &server.a).await;
        assert_ne!(asked(&fresh, &ada).await.expect(200)["id"], first["id"]);
    }

    async fn a_bad_key_or_a_refused_request_uses_nothing_up(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let asked = |key: &str, body: serde_json::Value| {
            create_group_request(&server, &server.a, &token, &space).header("Idempotency-Key", key).json(&body).send()
        };
        for bad in ["", "  ", &"k".repeat(256)] {
            assert_eq!(asked(bad, json!({})).await.expect(400)["error"], "Validation Error");
        }
        assert_eq!(asked("k-1", json!({ "name": 42 })).await.status, 400);
        asked("k-1", json!({ "name": "Support" })).await.expect(200);
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Support"]);
    }
}
