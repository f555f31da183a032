//! Undocumented calls of the vendor's server library: authentication of user tokens, and tools.

use std::time::Duration;

use http::Method;
use parlor_engine::search::index_pending;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, activate_request, get_token, text, text_fields, versioned_request,
};
use crate::token::{decode_part, token_parts};

async fn execute_tool(test_space: &TestSpace, token: &str, name: &str, body: Value) -> Value {
    index_pending(&test_space.server.engine).await.unwrap();
    let path = format!("/agent/tools/{name}/execute");
    let request = versioned_request(
        &test_space.server,
        &test_space.server.a,
        token,
        Method::POST,
        &path,
    );
    request.json(&body).send().await.expect(200)
}

both! {
    async fn user_token_yields_user(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let request = |caller: &str, rendered: &str| versioned_request(&test_space.server, &test_space.server.a, caller, Method::POST, "/api-authenticated").json(&json!({ "token": rendered })).send();
        let sub = decode_part(token_parts(&test_space.ada)[1])["sub"].clone();
        let own = request(&test_space.token, &test_space.ada).await.expect(200);
        assert_eq!(own, json!({ "id": sub, "temporalUserId": sub, "user_metadata": {} }));
        // The token's role is returned too.
        let role = json!({ "name": "Sales", "customerRoleId": "sales" });
        let role = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, "/role").json(&role).send().await.expect(201);
        let body = json!({ "customerIdString": "eve", "customerRoleId": "sales" });
        let eve = activate_request(&test_space.server, &test_space.server.a, &test_space.token).json(&body).send().await.expect(200);
        let claims = decode_part(token_parts(text(&eve, "token"))[1]);
        assert_eq!(claims["metadata"], claims["user_metadata"]);
        let rendered = request(&test_space.token, text(&eve, "token")).await.expect(200);
        let metadata = json!({ "roleId": role["role"]["id"], "customerRoleId": "sales" });
        assert_eq!((&rendered["user_metadata"], &rendered["id"]), (&metadata, &claims["sub"]));
        // An invalid token and one without a user yield an empty response.
        let foreign = get_token(&test_space.server, &test_space.server.b).await;
        for rendered in ["garbage", "", "null", "a.b.c", &format!("{}x", test_space.ada), &foreign, &test_space.token, &test_space.server.a.key] {
            assert_eq!(request(&test_space.token, rendered).await.expect(200), json!({}), "{rendered}");
        }
        for body in [json!({}), json!({ "token": 7 }), json!({ "token": "x".repeat(8_193) })] {
            let reply = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, "/api-authenticated").json(&body).send().await;
            assert_eq!(reply.status, 400);
        }
        assert_eq!(request(&test_space.ada, &test_space.ada).await.status, 403);
        let limited_token = test_space.token_with_scopes("conversations:write").await;
        assert_eq!(request(&limited_token, &test_space.ada).await.expect(403)["message"], "Missing scope members:read");
        test_space.server.clock.advance(Duration::from_secs(86_400 + 31));
        let fresh = get_token(&test_space.server, &test_space.server.a).await;
        assert_eq!(request(&fresh, &test_space.ada).await.expect(200), json!({}), "it is over");
    }

    async fn search_tools_find_visible_messages_only(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (other, bob) = test_space.create_other_space().await;
        let group = test_space.create_group("Policies").await;
        let stored = test_space.save_message(&json!({ "message": "The refund policy says seven days", "groupId": group })).await;
        let found = execute_tool(&test_space, &test_space.token, "search_knowledge", json!({ "input": { "query": "refund policy" } })).await;
        let result = &found["output"]["results"][0];
        assert_eq!((&result["id"], text(result, "title"), &result["score"]), (&stored["id"], "Policies", &json!(1.0)));
        assert_eq!((&found["sources"][0]["id"], text(&found["sources"][0], "snippet")), (&stored["id"], "The refund policy says seven days"));
        assert!(found.get("error").is_none());
        let similar = execute_tool(&test_space, &test_space.ada, "semantic_search", json!({ "input": { "text": "refund", "topK": 3, "languageId": "en" } })).await;
        let passages = &similar["output"]["dataArraySortedWithSource"];
        assert_eq!(text_fields(passages, "text"), ["The refund policy says seven days"]);
        assert!(text(&passages[0], "source").ends_with(text(&stored, "id")));
        // Messages of another user's space are not found, also when the space is named.
        let nothing = execute_tool(&test_space, &bob, "search_knowledge", json!({ "input": { "query": "refund" } })).await;
        assert_eq!((&nothing["output"], &nothing["sources"]), (&json!({ "results": [] }), &json!([])));
        let elsewhere = execute_tool(&test_space, &test_space.token, "search_knowledge", json!({ "input": { "query": "refund" }, "context": { "spaceId": other } })).await;
        assert_eq!(elsewhere["output"]["results"], json!([]));
        let path = "/agent/tools/search_knowledge/execute";
        let request = |token: &str, space: &str| {
            let body = json!({ "input": { "query": "refund" }, "context": { "spaceId": space } });
            versioned_request(&test_space.server, &test_space.server.a, token, Method::POST, path).json(&body).send()
        };
        assert_eq!(request(&bob, &test_space.space).await.status, 403);
        assert_eq!(request(&test_space.token, UNKNOWN_ID).await.status, 404);
        assert_eq!(request(&test_space.token, "x").await.status, 400);
        let limited_token = test_space.token_with_scopes("spaces:read").await;
        assert_eq!(request(&limited_token, &test_space.space).await.expect(403)["message"], "Missing scope conversations:read");
    }

    async fn tool_failure_is_part_of_response(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        for (name, input) in [
            ("search_knowledge", json!({})),
            ("search_knowledge", json!({ "query": " " })),
            ("search_knowledge", json!({ "query": "a", "limit": 51 })),
            ("search_knowledge", json!({ "query": "a", "limit": "5" })),
            ("semantic_search", json!({ "text": "a", "topK": 11 })),
            ("semantic_search", json!({ "text": 7 })),
            ("get_knowledge_item", json!({ "knowledgeId": UNKNOWN_ID })),
            ("no_such_tool", json!({})),
        ] {
            let saved = execute_tool(&test_space, &test_space.token, name, json!({ "input": input })).await;
            assert_eq!(saved.as_object().unwrap().keys().collect::<Vec<_>>(), ["error"], "{name}: {saved}");
        }
        assert_eq!(execute_tool(&test_space, &test_space.token, "list_taxonomies", json!({})).await, json!({ "output": { "taxonomies": [] } }));
        assert_eq!(execute_tool(&test_space, &test_space.token, "get_taxonomy_knowledge", json!({ "input": {} })).await, json!({ "output": { "knowledge": [] } }));
        let stats = execute_tool(&test_space, &test_space.ada, "get_workspace_stats", json!({})).await;
        assert_eq!((text(&stats["output"], "workspaceId"), &stats["output"]["knowledgeCount"]), (test_space.server.a.workspace.as_str(), &json!(0)));
        versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, "/role").json(&json!({ "name": "Sales" })).send().await.expect(201);
        let roles = execute_tool(&test_space, &test_space.token, "list_roles", json!({})).await;
        assert_eq!(text_fields(&roles["output"]["roles"], "name"), ["Sales"]);
        let limited_token = test_space.token_with_scopes("conversations:read").await;
        for token in [&test_space.ada, &limited_token] {
            assert_eq!(execute_tool(&test_space, token, "list_roles", json!({})).await, json!({ "error": "The token may not read roles" }));
        }
        for body in [json!([]), json!({ "input": [] }), json!({ "context": { "topK": 0 } })] {
            let request = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, "/agent/tools/list_roles/execute");
            assert_eq!(request.json(&body).send().await.status, 400, "{body}");
        }
    }
}
