//! Public and owner's view of a workspace.

use http::Method;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{TestSpace, UNKNOWN_ID, text, versioned_request};

fn object_keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

both! {
    async fn public_workspace_needs_no_credential(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let path = format!("/workspaces/{}", test_space.server.a.workspace);
        let read = async || test_space.server.get(&path).send().await.expect(200);
        let rendered = read().await;
        assert_eq!(object_keys(&rendered), [
            "id", "name", "organizationId", "organizationName", "description", "photo", "defaultSpaceName",
            "webControlStartMode", "rbacStatus", "spaceStyling", "verificationSpace", "agentId",
        ]);
        assert_eq!((text(&rendered, "id"), text(&rendered, "organizationId")), (test_space.server.a.workspace.as_str(), test_space.server.a.organization.as_str()));
        assert_eq!((&rendered["photo"], text(&rendered, "webControlStartMode"), text(&rendered, "rbacStatus")), (&Value::Null, "QUESTIONS", "INACTIVE"));
        let change = json!({
            "name": "Parcels", "description": "Where is it?", "photo": "https://example.org/a.png", "defaultSpaceName": "My parcels",
            "webControlStartMode": "CHAT", "spaceStyling": { "styles": { "width": 1e2 } }, "greeting": "Good day",
            "greetingQuestions": ["Where?"], "agentServerUrl": "https://agents.example.org",
        });
        let owned = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::PUT, "").json(&change).send().await;
        let owned = owned.expect(200);
        for (key, value) in change.as_object().unwrap() {
            assert_eq!(owned[key], *value, "{key}");
        }
        assert_eq!(versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::GET, "").send().await.expect(200), owned);
        let rendered = read().await;
        for key in object_keys(&rendered) {
            assert_eq!(rendered[key], owned[key], "{key}");
        }
        assert!(!rendered.to_string().contains("agents.example.org"), "who answers is not told");
        // Null removes a value, an absent field keeps it.
        let less = json!({ "photo": null, "spaceStyling": null, "greetingQuestions": [] });
        let owned = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::PUT, "").json(&less).send().await.expect(200);
        assert_eq!((&owned["photo"], &owned["spaceStyling"], &owned["greetingQuestions"]), (&Value::Null, &Value::Null, &json!([])));
        assert_eq!((text(&owned, "name"), text(&owned, "greeting")), ("Parcels", "Good day"));
        for unknown in [UNKNOWN_ID, "x"] {
            let reply = test_space.server.get(&format!("/workspaces/{unknown}")).send().await;
            assert_eq!(reply.expect(404), json!({ "error": "Error", "message": "Workspace not found" }));
        }
    }

    async fn workspace_change_requires_admin_scope(server: TestServer) {
        let mut test_space = TestSpace::create(server).await;
        let request = |token: &str, method: Method| versioned_request(&test_space.server, &test_space.server.a, token, method, "");
        let name = json!({ "name": "Mine" });
        assert_eq!(request(&test_space.ada, Method::PUT).json(&name).send().await.status, 403);
        assert_eq!(request(&test_space.ada, Method::GET).send().await.status, 403);
        let reader = test_space.token_with_scopes("admin:read").await;
        request(&reader, Method::GET).send().await.expect(200);
        assert_eq!(request(&reader, Method::PUT).json(&name).send().await.expect(403)["message"], "Missing scope admin:write");
        let limited_token = test_space.token_with_scopes("conversations:write").await;
        assert_eq!(request(&limited_token, Method::GET).send().await.expect(403)["message"], "Missing scope admin:read");
        let foreign = crate::fixtures::get_token(&test_space.server, &test_space.server.b).await;
        assert_eq!(request(&foreign, Method::PUT).json(&name).send().await.status, 401);
        for (body, field) in [
            (json!({ "name": "" }), "name"),
            (json!({ "description": "x".repeat(10_001) }), "description"),
            (json!({ "photo": "x".repeat(2_049) }), "photo"),
            (json!({ "photo": " " }), "photo"),
            (json!({ "defaultSpaceName": "x".repeat(256) }), "defaultSpaceName"),
            (json!({ "webControlStartMode": "x".repeat(65) }), "webControlStartMode"),
            (json!({ "greeting": "x".repeat(65_537) }), "greeting"),
            (json!({ "greetingQuestions": vec!["Why?"; 21] }), "greetingQuestions"),
            (json!({ "greetingQuestions": ["x".repeat(256)] }), "greetingQuestions"),
            (json!({ "greetingQuestions": [" "] }), "greetingQuestions"),
            (json!({ "spaceStyling": [] }), "spaceStyling"),
            (json!({ "spaceStyling": { "a": "x".repeat(65_536) } }), "spaceStyling"),
            (json!({ "agentServerUrl": "ftp://example.org" }), "agentServerUrl"),
            (json!({ "agentServerUrl": "https://user:secret@example.org" }), "agentServerUrl"),
        ] {
            let refused = request(&test_space.token, Method::PUT).json(&body).send().await.expect(400);
            assert!(text(&refused, "message").starts_with(field), "{field}: {refused}");
        }
        let before = request(&test_space.token, Method::GET).send().await.expect(200);
        assert_eq!((&before["greeting"], &before["agentServerUrl"]), (&Value::Null, &Value::Null));
        request(&test_space.token, Method::PUT).json(&json!({ "greeting": "Kept" })).send().await.expect(200);
        test_space.server.restart().await;
        let stored = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::GET, "").send().await.expect(200);
        assert_eq!(stored["greeting"], "Kept");
    }
}
