//! Retrieval over messages.

use http::Method;
use parlor_engine::search::index_pending;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, get_token, no_space_error, text, text_fields, versioned_request,
};

async fn search_space(test_space: &TestSpace, body: Value) -> Value {
    index_pending(&test_space.server.engine).await.unwrap();
    let reply = test_space
        .request(Method::POST, "/rag")
        .json(&body)
        .send()
        .await;
    let found = reply.expect(200);
    assert_eq!(found["knowledgeResults"], json!([]));
    found["spaceKnowledgeResults"].clone()
}

async fn search_as_agent(test_space: &TestSpace, token: &str, body: Value) -> Value {
    index_pending(&test_space.server.engine).await.unwrap();
    let path = format!("/v1/workspaces/{}/agent/rag", test_space.server.a.workspace);
    let request = test_space.server.post(&path).bearer(token);
    request.json(&body).send().await.expect(200)
}

both! {
    async fn space_search_finds_own_messages_only(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (other, _) = test_space.create_other_space().await;
        let stored = test_space.save_message(&json!({ "message": "The refund policy says seven days" })).await;
        test_space.save_message(&json!({ "message": "A refund is slow" })).await;
        test_space.save_message(&json!({ "message": "Good morning" })).await;
        let elsewhere = format!("/spaces/{other}/message");
        let elsewhere = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, &elsewhere);
        elsewhere.json(&json!({ "message": "The refund policy of others" })).send().await.expect(200);
        let found = search_space(&test_space, json!({ "text": "What is the REFUND policy?", "languageId": "en" })).await;
        assert_eq!(text_fields(&found, "text"), ["The refund policy says seven days", "A refund is slow"]);
        let source = format!(":General:{}", text(&stored, "id"));
        assert!(text(&found[0], "source").ends_with(&source), "{found}");
        assert_eq!(search_space(&test_space, json!({ "text": "refund", "topK": 1 })).await.as_array().unwrap().len(), 1);
        assert_eq!(search_space(&test_space, json!({ "text": "unheard" })).await, json!([]));
        // Deleted messages are not found.
        let group = test_space.create_group("Support").await;
        test_space.save_message(&json!({ "message": "an unusual refund", "groupId": group })).await;
        assert_eq!(search_space(&test_space, json!({ "text": "unusual" })).await.as_array().unwrap().len(), 1);
        test_space.request(Method::DELETE, &format!("/group/{group}")).send().await;
        assert_eq!(search_space(&test_space, json!({ "text": "unusual" })).await, json!([]));
    }

    async fn invalid_search_is_rejected(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let path = format!("/v1/workspaces/{}/agent/rag", test_space.server.a.workspace);
        for body in [
            json!({}),
            json!({ "text": "" }),
            json!({ "text": "  " }),
            json!({ "text": 7 }),
            json!({ "text": "abc", "topK": 0 }),
            json!({ "text": "abc", "topK": 11 }),
            json!({ "text": "abc", "topK": 1.5 }),
            json!({ "text": "abc", "topK": "5" }),
            json!({ "text": "x".repeat(65_537) }),
        ] {
            let reply = test_space.request(Method::POST, "/rag").json(&body).send().await;
            assert_eq!(reply.expect(400)["error"], "Validation Error", "{:.60}", body.to_string());
            let reply = test_space.server.post(&path).bearer(&test_space.token).json(&body).send().await;
            assert_eq!(reply.status, 400);
            let unknown = format!("/spaces/{UNKNOWN_ID}/rag");
            let reply = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, &unknown).json(&body).send().await;
            assert_eq!(reply.expect(404), no_space_error());
        }
    }

    async fn search_accepts_key_and_user_of_space(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        test_space.save_message(&json!({ "message": "The refund policy" })).await;
        index_pending(&test_space.server.engine).await.unwrap();
        let (_, bob) = test_space.create_other_space().await;
        let path = format!("/v1/workspaces/{}/spaces/{}/rag", test_space.server.a.workspace, test_space.space);
        let question = json!({ "text": "refund" });
        let by_key = test_space.server.post(&path).header("x-api-key", &test_space.server.a.key).json(&question).send().await;
        assert_eq!(text_fields(&by_key.expect(200)["spaceKnowledgeResults"], "text"), ["The refund policy"]);
        let foreign = test_space.server.post(&path).header("x-api-key", &test_space.server.b.key).json(&question).send().await;
        assert_eq!(foreign.status, 401);
        let own = test_space.request_as(&test_space.ada, Method::POST, "/rag").json(&question).send().await;
        assert_eq!(text_fields(&own.expect(200)["spaceKnowledgeResults"], "text"), ["The refund policy"]);
        assert_eq!(test_space.request_as(&bob, Method::POST, "/rag").json(&question).send().await.status, 403);
        let limited_token = test_space.token_with_scopes("spaces:read").await;
        assert_eq!(test_space.request_as(&limited_token, Method::POST, "/rag").json(&question).send().await.status, 403);
    }

    async fn agent_search_covers_workspace(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (_, bob) = test_space.create_other_space().await;
        let group = test_space.create_group("Policies").await;
        let stored = test_space.save_message(&json!({ "message": "The refund policy", "groupId": group })).await;
        // Direct conversations are not searched.
        let owner = create_direct_message(&test_space, "a refund in private").await;
        let found = search_as_agent(&test_space, &test_space.token, json!({ "text": "refund policy" })).await;
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        let one = &found[0];
        assert_eq!((&one["id"], &one["score"], &one["values"]), (&stored["id"], &json!(1.0), &json!([])));
        assert_eq!((text(&one["metadata"], "text"), text(&one["metadata"], "knowledgeId")), ("The refund policy", group.as_str()));
        assert_eq!(text(&one["metadata"], "workspaceId"), test_space.server.a.workspace);
        assert!(!found.to_string().contains(&owner));
        let own = search_as_agent(&test_space, &test_space.ada, json!({ "text": "refund" })).await;
        assert_eq!(own.as_array().unwrap().len(), 1);
        assert_eq!(search_as_agent(&test_space, &bob, json!({ "text": "refund" })).await, json!([]));
        let foreign = get_token(&test_space.server, &test_space.server.b).await;
        let path = format!("/v1/workspaces/{}/agent/rag", test_space.server.b.workspace);
        let request = test_space.server.post(&path).bearer(&foreign).json(&json!({ "text": "refund" }));
        assert_eq!(request.send().await.expect(200), json!([]));
    }
}

/// Creates a direct conversation of the owner's with a message and returns the message's id.
async fn create_direct_message(test_space: &TestSpace, saved: &str) -> String {
    use parlor_engine::{conversation, member, message};
    use parlor_model::conversation::ConversationKey;
    use parlor_model::member::MemberKey;
    use parlor_model::message::{CreateMessage, MessageRole};

    let engine = &test_space.server.engine;
    let tenant = &test_space.server.a;
    let peer = tenant.create_person("Grace", None, "").await;
    let ctx = tenant.ctx();
    let acting = member::context_by_id(engine, ctx.workspace, tenant.owner.id, None, ctx.request);
    let ctx = acting.await.unwrap();
    let created = conversation::find_or_create_direct(engine, &ctx, MemberKey::Id(peer.id), false)
        .await
        .unwrap();
    let key = ConversationKey::Id(created.id);
    let command = CreateMessage::new(key, Some(tenant.owner.number), MessageRole::User, saved);
    message::create(engine, &ctx, command).await.unwrap();
    parlor_kit::ids::format_uuid(created.id)
}
