//! Retrieval: what was said that has the words of a question.

use http::Method;
use parlor_engine::search::index_pending;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, get_token, no_space_error, text, text_fields, versioned_request,
};

async fn search_space(room: &TestSpace, body: Value) -> Value {
    index_pending(&room.server.engine).await.unwrap();
    let reply = room.request(Method::POST, "/rag").json(&body).send().await;
    let found = reply.expect(200);
    assert_eq!(found["knowledgeResults"], json!([]));
    found["spaceKnowledgeResults"].clone()
}

async fn search_as_agent(room: &TestSpace, token: &str, body: Value) -> Value {
    index_pending(&room.server.engine).await.unwrap();
    let path = format!("/v1/workspaces/{}/agent/rag", room.server.a.workspace);
    let asked = room.server.post(&path).bearer(token);
    asked.json(&body).send().await.expect(200)
}

both! {
    async fn a_space_finds_what_was_said_in_it_and_nothing_else(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (other, _) = room.create_other_space().await;
        let kept = room.save_message(&json!({ "message": "The refund policy says seven days" })).await;
        room.save_message(&json!({ "message": "A refund is slow" })).await;
        room.save_message(&json!({ "message": "Good morning" })).await;
        let elsewhere = format!("/spaces/{other}/message");
        let elsewhere = versioned_request(&room.server, &room.server.a, &room.token, Method::POST, &elsewhere);
        elsewhere.json(&json!({ "message": "The refund policy of others" })).send().await.expect(200);
        let found = search_space(&room, json!({ "text": "What is the REFUND policy?", "languageId": "en" })).await;
        assert_eq!(text_fields(&found, "text"), ["The refund policy says seven days", "A refund is slow"]);
        let source = format!(":General:{}", text(&kept, "id"));
        assert!(text(&found[0], "source").ends_with(&source), "{found}");
        assert_eq!(search_space(&room, json!({ "text": "refund", "topK": 1 })).await.as_array().unwrap().len(), 1);
        assert_eq!(search_space(&room, json!({ "text": "unheard" })).await, json!([]));
        // What is gone is not found any more.
        let group = room.create_group("Support").await;
        room.save_message(&json!({ "message": "an unusual refund", "groupId": group })).await;
        assert_eq!(search_space(&room, json!({ "text": "unusual" })).await.as_array().unwrap().len(), 1);
        room.request(Method::DELETE, &format!("/group/{group}")).send().await;
        assert_eq!(search_space(&room, json!({ "text": "unusual" })).await, json!([]));
    }

    async fn bad_questions_are_refused(server: TestServer) {
        let room = TestSpace::create(server).await;
        let path = format!("/v1/workspaces/{}/agent/rag", room.server.a.workspace);
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
            let reply = room.request(Method::POST, "/rag").json(&body).send().await;
            assert_eq!(reply.expect(400)["error"], "Validation Error", "{:.60}", body.to_string());
            let reply = room.server.post(&path).bearer(&room.token).json(&body).send().await;
            assert_eq!(reply.status, 400);
            let unknown = format!("/spaces/{UNKNOWN_ID}/rag");
            let reply = versioned_request(&room.server, &room.server.a, &room.token, Method::POST, &unknown).json(&body).send().await;
            assert_eq!(reply.expect(404), no_space_error());
        }
    }

    async fn a_key_does_as_well_and_a_user_asks_at_home(server: TestServer) {
        let room = TestSpace::create(server).await;
        room.save_message(&json!({ "message": "The refund policy" })).await;
        index_pending(&room.server.engine).await.unwrap();
        let (_, bob) = room.create_other_space().await;
        let path = format!("/v1/workspaces/{}/spaces/{}/rag", room.server.a.workspace, room.space);
        let question = json!({ "text": "refund" });
        let by_key = room.server.post(&path).header("x-api-key", &room.server.a.key).json(&question).send().await;
        assert_eq!(text_fields(&by_key.expect(200)["spaceKnowledgeResults"], "text"), ["The refund policy"]);
        let foreign = room.server.post(&path).header("x-api-key", &room.server.b.key).json(&question).send().await;
        assert_eq!(foreign.status, 401);
        let own = room.request_as(&room.ada, Method::POST, "/rag").json(&question).send().await;
        assert_eq!(text_fields(&own.expect(200)["spaceKnowledgeResults"], "text"), ["The refund policy"]);
        assert_eq!(room.request_as(&bob, Method::POST, "/rag").json(&question).send().await.status, 403);
        let weak = room.token_with_scopes("spaces:read").await;
        assert_eq!(room.request_as(&weak, Method::POST, "/rag").json(&question).send().await.status, 403);
    }

    async fn an_agent_finds_what_the_workspace_has_said(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (_, bob) = room.create_other_space().await;
        let group = room.create_group("Policies").await;
        let kept = room.save_message(&json!({ "message": "The refund policy", "groupId": group })).await;
        // What two have among themselves is nobody else's.
        let owner = create_direct_message(&room, "a refund in private").await;
        let found = search_as_agent(&room, &room.token, json!({ "text": "refund policy" })).await;
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        let one = &found[0];
        assert_eq!((&one["id"], &one["score"], &one["values"]), (&kept["id"], &json!(1.0), &json!([])));
        assert_eq!((text(&one["metadata"], "text"), text(&one["metadata"], "knowledgeId")), ("The refund policy", group.as_str()));
        assert_eq!(text(&one["metadata"], "workspaceId"), room.server.a.workspace);
        assert!(!found.to_string().contains(&owner));
        let own = search_as_agent(&room, &room.ada, json!({ "text": "refund" })).await;
        assert_eq!(own.as_array().unwrap().len(), 1);
        assert_eq!(search_as_agent(&room, &bob, json!({ "text": "refund" })).await, json!([]));
        let foreign = get_token(&room.server, &room.server.b).await;
        let path = format!("/v1/workspaces/{}/agent/rag", room.server.b.workspace);
        let asked = room.server.post(&path).bearer(&foreign).json(&json!({ "text": "refund" }));
        assert_eq!(asked.send().await.expect(200), json!([]));
    }
}

/// A direct conversation of the owner's, with something said in it; gives its id.
async fn create_direct_message(room: &TestSpace, said: &str) -> String {
    use parlor_engine::{conversation, member, message};
    use parlor_model::conversation::ConversationKey;
    use parlor_model::member::MemberKey;
    use parlor_model::message::{CreateMessage, MessageRole};

    let engine = &room.server.engine;
    let tenant = &room.server.a;
    let peer = tenant.create_person("Grace", None, "").await;
    let ctx = tenant.ctx();
    let acting = member::context_by_id(engine, ctx.workspace, tenant.owner.id, None, ctx.request);
    let ctx = acting.await.unwrap();
    let made = conversation::find_or_create_direct(engine, &ctx, MemberKey::Id(peer.id), false)
        .await
        .unwrap();
    let key = ConversationKey::Id(made.id);
    let command = CreateMessage::new(key, Some(tenant.owner.number), MessageRole::User, said);
    message::create(engine, &ctx, command).await.unwrap();
    parlor_kit::ids::format_uuid(made.id)
}
