//! `POST /chats` over the server's own medium, with and without a workflow.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn case_01_a_simple_chat_is_its_makers(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        assert_eq!((&chat["ownerMemberId"], &chat["memberId"]), (&json!(world.u.number), &json!(world.u.number)));
        assert_eq!(chat["assistantEnabled"], true);
        assert_eq!((&chat["workflowId"], &chat["assignmentId"]), (&Value::Null, &Value::Null));
        assert_eq!((&chat["messageCount"], &chat["unreadCount"]), (&json!(0), &json!(0)));
        assert_eq!((&chat["chatType"], &chat["channel"]), (&json!("simple"), &json!("web-chat")));
        assert_eq!((&chat["labels"], &chat["metadata"]), (&json!([]), &json!({})));
        assert_eq!(chat["workspaceUuid"], world.server.a.workspace.as_str());
        let participants = chat["participants"].as_array().unwrap();
        assert_eq!((participants.len(), &participants[0]["memberId"], &participants[0]["role"]), (1, &json!(world.u.number), &json!("owner")));
        for absent in ["initialMessageError", "call"] {
            assert!(chat.get(absent).is_none(), "{absent}");
        }
        let path = format!("/chats/{}", chat["uuid"].as_str().unwrap());
        assert_eq!(world.get(&world.u, &path).await.expect(200), chat);
    }

    async fn case_04_a_workflow_brings_its_assignment(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "workflowId": world.workflow })).await;
        assert_eq!((&chat["workflowId"], &chat["workflowVersionNumber"]), (&json!(world.workflow), &json!(2)));
        assert_eq!((&chat["assistantMemberId"], &chat["chatType"]), (&json!(world.agent), &json!("assignment")));
        let path = format!("/assignments/{}", chat["assignmentId"]);
        let assignment = world.get(&world.g, &path).await.expect(200);
        assert_eq!((&assignment["chatId"], &assignment["memberId"]), (&chat["id"], &json!(world.g.number)));
        assert_eq!((&assignment["status"], &assignment["currentTaskId"]), (&json!("active"), &json!(1)));
        let roles: Vec<_> = chat["participants"].as_array().unwrap().iter().map(|one| (one["memberId"].clone(), one["role"].clone())).collect();
        assert!(roles.contains(&(json!(world.agent), json!("assistant"))), "{roles:?}");
        // By UUID it is the same workflow.
        let again = world.create_chat(&world.g, json!({ "channel": "web-chat", "workflowId": world.workflow_uuid })).await;
        assert_eq!(again["workflowId"], world.workflow);
        assert_ne!(again["assignmentId"], chat["assignmentId"]);
    }

    async fn a_chat_is_made_with_metadata_and_labels(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let label = world.post(&world.g, "/chats/labels", json!({ "name": "urgent", "color": "#ff0000" })).await.expect(200);
        world.post(&world.g, "/chats/labels", json!({ "name": "new" })).await.expect(200);
        let metadata = json!({ "ticket": 7, "deep": { "a": [null, 1] } });
        let body = json!({ "channel": "web-chat", "metadata": metadata, "labels": ["new", label["id"]] });
        let chat = world.create_chat(&world.u, body).await;
        assert_eq!(chat["metadata"], metadata);
        assert_eq!((&chat["labels"][0]["name"], &chat["labels"][1]), (&json!("new"), &label));
        assert_eq!(world.get(&world.u, &format!("/chats/{}", chat["id"])).await.expect(200), chat);
        assert_eq!(world.get(&world.u, "/chats?labels=urgent").await.expect(200)["total"], 1);
        // Nothing is left of what is refused.
        let before = world.entity_counts().await;
        for (field, value, status) in [
            ("metadata", json!([]), 400), ("metadata", json!({ "x": "x".repeat(65_536) }), 400), ("labels", json!("urgent"), 400), ("labels", json!(vec!["urgent"; 51]), 400),
            ("labels", json!(["urgent", "unknown"]), 404), ("labels", json!([900_000_001]), 404),
        ] {
            let reply = world.post(&world.u, "/chats", json!({ "channel": "web-chat", field: value })).await;
            let refusal = reply.expect(status);
            if status == 400 {
                assert_eq!(refusal["errors"][0]["loc"][1], field);
            }
        }
        assert_eq!(world.entity_counts().await, before);
        let plain = world.create_chat(&world.u, json!({ "channel": "web-chat", "metadata": null, "labels": [] })).await;
        assert_eq!((&plain["metadata"], &plain["labels"]), (&json!({}), &json!([])));
    }

    async fn case_05_a_pinned_version_stays(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let body = json!({ "channel": "web-chat", "workflowId": world.workflow, "workflowVersionNumber": 1 });
        let chat = world.create_chat(&world.g, body).await;
        let latest = world.create_chat(&world.g, json!({ "channel": "web-chat", "workflowId": world.workflow })).await;
        assert_eq!(world.publish("the third").await, 3);
        world.activate(3).await;
        for (chat, version) in [(&chat, 1), (&latest, 2)] {
            let seen = world.get(&world.g, &format!("/chats/{}", chat["id"])).await.expect(200);
            assert_eq!(seen["workflowVersionNumber"], version);
            let run = world.get(&world.g, &format!("/assignments/{}", chat["assignmentId"])).await.expect(200);
            assert_eq!(run["workflowVersionNumber"], version);
        }
        let new = world.create_chat(&world.g, json!({ "channel": "web-chat", "workflowId": world.workflow })).await;
        assert_eq!(new["workflowVersionNumber"], 3);
    }

    async fn without_an_active_version_the_draft_runs(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let path = format!("/workflows/{}/versions/2/deactivate", world.workflow);
        world.post(&world.g, &path, json!({})).await.expect(200);
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "workflowId": world.workflow })).await;
        assert_eq!(chat["workflowVersionNumber"], Value::Null);
        assert!(chat["assignmentId"].is_number());
        assert_eq!(chat["assistantMemberId"], world.agent);
    }

    async fn what_a_version_froze_serves_the_chats_pinned_to_it(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let other = world.post(&world.g, "/agents", json!({ "name": "Bob" })).await.expect(200);
        let path = format!("/workflows/{}", world.workflow_uuid);
        world.put(&world.g, &path, json!({ "agentMemberId": other["id"], "defaultPhoneNumberId": world.p2 })).await.expect(200);
        let body = |version: Option<i64>| json!({ "channel": "phone-sms", "workflowId": world.workflow, "workflowVersionNumber": version });
        let old = world.create_chat(&world.g, body(None)).await;
        assert_eq!((&old["assistantMemberId"], &old["phoneNumberId"]), (&json!(world.agent), &json!(world.p1)));
        let third = world.publish("with Bob").await;
        let new = world.create_chat(&world.g, body(Some(third))).await;
        assert_eq!((&new["assistantMemberId"], &new["phoneNumberId"]), (&other["id"], &json!(world.p2)));
    }

    async fn case_10_a_number_is_resolved(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let body = json!({ "channel": "phone-sms", "workflowId": world.workflow, "memberId": world.v.number });
        let chat = world.create_chat(&world.g, body.clone()).await;
        assert_eq!((&chat["phoneNumberId"], &chat["memberId"]), (&json!(world.p1), &json!(world.v.number)));
        assert_eq!(chat["ownerMemberId"], world.g.number);
        let mut explicit = body;
        explicit["phoneNumberId"] = json!(world.p2);
        explicit["inboxId"] = Value::Null;
        assert_eq!(world.create_chat(&world.g, explicit).await["phoneNumberId"], world.p2);
        // Without a workflow: the workspace's default, or none.
        let simple = json!({ "channel": "phone-sms", "memberId": world.v.uuid });
        assert_eq!(world.create_chat(&world.g, simple.clone()).await["phoneNumberId"], Value::Null);
        world.put(&world.g, &format!("/phone-numbers/{}", world.p2), json!({ "isDefault": true })).await.expect(200);
        assert_eq!(world.create_chat(&world.g, simple).await["phoneNumberId"], world.p2);
        // The only inbox is the one that is used.
        let mail = world.create_chat(&world.g, json!({ "channel": "email", "memberId": world.v.number })).await;
        assert_eq!((&mail["inboxId"], &mail["phoneNumberId"]), (&json!(world.inbox), &Value::Null));
    }

    async fn everything_that_may_be_chosen(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let other = world.post(&world.g, "/agents", json!({ "name": "Bob" })).await.expect(200);
        let body = json!({
            "channel": "web-chat", "workflowId": world.workflow.to_string(), "memberId": world.v.uuid,
            "participants": [world.n.number, { "memberId": world.o.uuid, "role": "operator" }, { "memberId": world.v.number, "role": "contributor" }],
            "assistantEnabled": false, "assistantMemberId": other["uuid"], "assistantChatModelId": "small", "assistantRealtimeModelId": 7,
            "title": "  Quarterly review ", "isTest": true, "chatType": "review_2", "initialMessage": "  ", "siteId": null, "somethingElse": { "a": [1] },
        });
        let chat = world.create_chat(&world.g, body).await;
        assert_eq!((&chat["title"], &chat["isTest"], &chat["chatType"]), (&json!("Quarterly review"), &json!(true), &json!("review_2")));
        assert_eq!((&chat["assistantEnabled"], &chat["assistantMemberId"]), (&json!(false), &other["id"]));
        assert_eq!((&chat["assistantChatModelId"], &chat["assistantRealtimeModelId"]), (&json!("small"), &json!("7")));
        let mut roles: Vec<(i64, &str)> = chat["participants"].as_array().unwrap().iter()
            .map(|one| (one["memberId"].as_i64().unwrap(), one["role"].as_str().unwrap())).collect();
        let mut expected = vec![
            (world.g.number, "owner"), (world.v.number, "member"), (other["id"].as_i64().unwrap(), "assistant"),
            (world.n.number, "contributor"), (world.o.number, "operator"),
        ];
        roles.sort_unstable();
        expected.sort_unstable();
        assert_eq!(roles, expected, "naming somebody again adds nobody");
    }

    async fn the_policy_may_ask_for_a_scope(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let body = json!({ "channel": "web-chat", "memberId": world.v.number });
        world.create_chat(&world.u, body.clone()).await;
        let change = parlor_model::workspace::UpdateWorkspace { require_scope_for_others: Some(true), ..Default::default() };
        parlor_engine::workspace::update(&world.server.engine, &world.server.a.ctx(), change).await.unwrap();
        let before = world.entity_counts().await;
        let refused = world.post(&world.u, "/chats", body.clone()).await.expect(403);
        assert_eq!((&refused["code"], &refused["scope"]), (&json!("missing_scope"), &json!("chats:write")));
        // Who may not does not learn what exists.
        let mut nobody = body.clone();
        nobody["memberId"] = json!(900_000_001);
        assert_eq!(world.post(&world.u, "/chats", nobody).await.expect(403), refused);
        assert_eq!(world.entity_counts().await, before);
        world.create_chat(&world.g, body).await;
        world.create_chat(&world.u, json!({ "channel": "web-chat", "memberId": world.u.uuid })).await;
    }
}
