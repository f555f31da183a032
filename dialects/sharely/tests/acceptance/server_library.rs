//! What the vendor's server library calls beside the documented API: whose a token is, and tools.

use std::time::Duration;

use http::Method;
use parlor_engine::search::index_pending;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, activate_request, get_token, text, text_fields, versioned_request,
};
use crate::token::{decode_part, token_parts};

async fn execute_tool(room: &TestSpace, token: &str, name: &str, body: Value) -> Value {
    index_pending(&room.server.engine).await.unwrap();
    let path = format!("/agent/tools/{name}/execute");
    let request = versioned_request(&room.server, &room.server.a, token, Method::POST, &path);
    request.json(&body).send().await.expect(200)
}

both! {
    async fn a_token_says_whose_it_is(server: TestServer) {
        let room = TestSpace::create(server).await;
        let asked = |caller: &str, shown: &str| versioned_request(&room.server, &room.server.a, caller, Method::POST, "/api-authenticated").json(&json!({ "token": shown })).send();
        let sub = decode_part(token_parts(&room.ada)[1])["sub"].clone();
        let own = asked(&room.token, &room.ada).await.expect(200);
        assert_eq!(own, json!({ "id": sub, "temporalUserId": sub, "user_metadata": {} }));
        // A role that the token carries comes with it.
        let role = json!({ "name": "Sales", "customerRoleId": "sales" });
        let role = versioned_request(&room.server, &room.server.a, &room.token, Method::POST, "/role").json(&role).send().await.expect(201);
        let body = json!({ "customerIdString": "eve", "customerRoleId": "sales" });
        let eve = activate_request(&room.server, &room.server.a, &room.token).json(&body).send().await.expect(200);
        let claims = decode_part(token_parts(text(&eve, "token"))[1]);
        assert_eq!(claims["metadata"], claims["user_metadata"]);
        let shown = asked(&room.token, text(&eve, "token")).await.expect(200);
        let metadata = json!({ "roleId": role["role"]["id"], "customerRoleId": "sales" });
        assert_eq!((&shown["user_metadata"], &shown["id"]), (&metadata, &claims["sub"]));
        // What opens nothing here, and what is nobody's, names nobody.
        let foreign = get_token(&room.server, &room.server.b).await;
        for shown in ["garbage", "", "null", "a.b.c", &format!("{}x", room.ada), &foreign, &room.token, &room.server.a.key] {
            assert_eq!(asked(&room.token, shown).await.expect(200), json!({}), "{shown}");
        }
        for body in [json!({}), json!({ "token": 7 }), json!({ "token": "x".repeat(8_193) })] {
            let reply = versioned_request(&room.server, &room.server.a, &room.token, Method::POST, "/api-authenticated").json(&body).send().await;
            assert_eq!(reply.status, 400);
        }
        assert_eq!(asked(&room.ada, &room.ada).await.status, 403);
        let weak = room.token_with_scopes("conversations:write").await;
        assert_eq!(asked(&weak, &room.ada).await.expect(403)["message"], "Missing scope members:read");
        room.server.clock.advance(Duration::from_secs(86_400 + 31));
        let fresh = get_token(&room.server, &room.server.a).await;
        assert_eq!(asked(&fresh, &room.ada).await.expect(200), json!({}), "it is over");
    }

    async fn tools_find_what_was_said_and_no_more(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (other, bob) = room.create_other_space().await;
        let group = room.create_group("Policies").await;
        let kept = room.save_message(&json!({ "message": "The refund policy says seven days", "groupId": group })).await;
        let found = execute_tool(&room, &room.token, "search_knowledge", json!({ "input": { "query": "refund policy" } })).await;
        let result = &found["output"]["results"][0];
        assert_eq!((&result["id"], text(result, "title"), &result["score"]), (&kept["id"], "Policies", &json!(1.0)));
        assert_eq!((&found["sources"][0]["id"], text(&found["sources"][0], "snippet")), (&kept["id"], "The refund policy says seven days"));
        assert!(found.get("error").is_none());
        let similar = execute_tool(&room, &room.ada, "semantic_search", json!({ "input": { "text": "refund", "topK": 3, "languageId": "en" } })).await;
        let passages = &similar["output"]["dataArraySortedWithSource"];
        assert_eq!(text_fields(passages, "text"), ["The refund policy says seven days"]);
        assert!(text(&passages[0], "source").ends_with(text(&kept, "id")));
        // Nobody finds what is another's: neither by itself nor by naming the space.
        let nothing = execute_tool(&room, &bob, "search_knowledge", json!({ "input": { "query": "refund" } })).await;
        assert_eq!((&nothing["output"], &nothing["sources"]), (&json!({ "results": [] }), &json!([])));
        let elsewhere = execute_tool(&room, &room.token, "search_knowledge", json!({ "input": { "query": "refund" }, "context": { "spaceId": other } })).await;
        assert_eq!(elsewhere["output"]["results"], json!([]));
        let path = "/agent/tools/search_knowledge/execute";
        let asked = |token: &str, space: &str| {
            let body = json!({ "input": { "query": "refund" }, "context": { "spaceId": space } });
            versioned_request(&room.server, &room.server.a, token, Method::POST, path).json(&body).send()
        };
        assert_eq!(asked(&bob, &room.space).await.status, 403);
        assert_eq!(asked(&room.token, UNKNOWN_ID).await.status, 404);
        assert_eq!(asked(&room.token, "x").await.status, 400);
        let weak = room.token_with_scopes("spaces:read").await;
        assert_eq!(asked(&weak, &room.space).await.expect(403)["message"], "Missing scope conversations:read");
    }

    async fn what_a_tool_cannot_do_it_says(server: TestServer) {
        let room = TestSpace::create(server).await;
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
            let said = execute_tool(&room, &room.token, name, json!({ "input": input })).await;
            assert_eq!(said.as_object().unwrap().keys().collect::<Vec<_>>(), ["error"], "{name}: {said}");
        }
        assert_eq!(execute_tool(&room, &room.token, "list_taxonomies", json!({})).await, json!({ "output": { "taxonomies": [] } }));
        assert_eq!(execute_tool(&room, &room.token, "get_taxonomy_knowledge", json!({ "input": {} })).await, json!({ "output": { "knowledge": [] } }));
        let stats = execute_tool(&room, &room.ada, "get_workspace_stats", json!({})).await;
        assert_eq!((text(&stats["output"], "workspaceId"), &stats["output"]["knowledgeCount"]), (room.server.a.workspace.as_str(), &json!(0)));
        versioned_request(&room.server, &room.server.a, &room.token, Method::POST, "/role").json(&json!({ "name": "Sales" })).send().await.expect(201);
        let roles = execute_tool(&room, &room.token, "list_roles", json!({})).await;
        assert_eq!(text_fields(&roles["output"]["roles"], "name"), ["Sales"]);
        let weak = room.token_with_scopes("conversations:read").await;
        for token in [&room.ada, &weak] {
            assert_eq!(execute_tool(&room, token, "list_roles", json!({})).await, json!({ "error": "The token may not read roles" }));
        }
        for body in [json!([]), json!({ "input": [] }), json!({ "context": { "topK": 0 } })] {
            let request = versioned_request(&room.server, &room.server.a, &room.token, Method::POST, "/agent/tools/list_roles/execute");
            assert_eq!(request.json(&body).send().await.status, 400, "{body}");
        }
    }
}
