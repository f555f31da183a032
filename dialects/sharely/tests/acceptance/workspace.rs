//! What a web page reads of a workspace, and what its owner says about it.

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
    async fn anybody_reads_what_a_workspace_shows(server: TestServer) {
        let room = TestSpace::create(server).await;
        let path = format!("/workspaces/{}", room.server.a.workspace);
        let read = async || room.server.get(&path).send().await.expect(200);
        let shown = read().await;
        assert_eq!(object_keys(&shown), [
            "id", "name", "organizationId", "organizationName", "description", "photo", "defaultSpaceName",
            "webControlStartMode", "rbacStatus", "spaceStyling", "verificationSpace", "agentId",
        ]);
        assert_eq!((text(&shown, "id"), text(&shown, "organizationId")), (room.server.a.workspace.as_str(), room.server.a.organization.as_str()));
        assert_eq!((&shown["photo"], text(&shown, "webControlStartMode"), text(&shown, "rbacStatus")), (&Value::Null, "QUESTIONS", "INACTIVE"));
        let change = json!({
            "name": "Parcels", "description": "Where is it?", "photo": "https://example.org/a.png", "defaultSpaceName": "My parcels",
            "webControlStartMode": "CHAT", "spaceStyling": { "styles": { "width": 1e2 } }, "greeting": "Good day",
            "greetingQuestions": ["Where?"], "agentServerUrl": "https://agents.example.org",
        });
        let owned = versioned_request(&room.server, &room.server.a, &room.token, Method::PUT, "").json(&change).send().await;
        let owned = owned.expect(200);
        for (key, value) in change.as_object().unwrap() {
            assert_eq!(owned[key], *value, "{key}");
        }
        assert_eq!(versioned_request(&room.server, &room.server.a, &room.token, Method::GET, "").send().await.expect(200), owned);
        let shown = read().await;
        for key in object_keys(&shown) {
            assert_eq!(shown[key], owned[key], "{key}");
        }
        assert!(!shown.to_string().contains("agents.example.org"), "who answers is not told");
        // Null takes away, what is absent stays.
        let less = json!({ "photo": null, "spaceStyling": null, "greetingQuestions": [] });
        let owned = versioned_request(&room.server, &room.server.a, &room.token, Method::PUT, "").json(&less).send().await.expect(200);
        assert_eq!((&owned["photo"], &owned["spaceStyling"], &owned["greetingQuestions"]), (&Value::Null, &Value::Null, &json!([])));
        assert_eq!((text(&owned, "name"), text(&owned, "greeting")), ("Parcels", "Good day"));
        for unknown in [UNKNOWN_ID, "x"] {
            let reply = room.server.get(&format!("/workspaces/{unknown}")).send().await;
            assert_eq!(reply.expect(404), json!({ "error": "Error", "message": "Workspace not found" }));
        }
    }

    async fn only_its_owner_changes_it(server: TestServer) {
        let mut room = TestSpace::create(server).await;
        let asked = |token: &str, method: Method| versioned_request(&room.server, &room.server.a, token, method, "");
        let name = json!({ "name": "Mine" });
        assert_eq!(asked(&room.ada, Method::PUT).json(&name).send().await.status, 403);
        assert_eq!(asked(&room.ada, Method::GET).send().await.status, 403);
        let reader = room.token_with_scopes("admin:read").await;
        asked(&reader, Method::GET).send().await.expect(200);
        assert_eq!(asked(&reader, Method::PUT).json(&name).send().await.expect(403)["message"], "Missing scope admin:write");
        let weak = room.token_with_scopes("conversations:write").await;
        assert_eq!(asked(&weak, Method::GET).send().await.expect(403)["message"], "Missing scope admin:read");
        let foreign = crate::fixtures::get_token(&room.server, &room.server.b).await;
        assert_eq!(asked(&foreign, Method::PUT).json(&name).send().await.status, 401);
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
            let refused = asked(&room.token, Method::PUT).json(&body).send().await.expect(400);
            assert!(text(&refused, "message").starts_with(field), "{field}: {refused}");
        }
        let before = asked(&room.token, Method::GET).send().await.expect(200);
        assert_eq!((&before["greeting"], &before["agentServerUrl"]), (&Value::Null, &Value::Null));
        asked(&room.token, Method::PUT).json(&json!({ "greeting": "Kept" })).send().await.expect(200);
        room.server.restart().await;
        let kept = versioned_request(&room.server, &room.server.a, &room.token, Method::GET, "").send().await.expect(200);
        assert_eq!(kept["greeting"], "Kept");
    }
}
