//! `POST /chats` over the server's own medium, with and without a workflow.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn case_01_chat_without_workflow_belongs_to_creator(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        assert_eq!((&chat["ownerMemberId"], &chat["memberId"]), (&json!(setup.u.number), &json!(setup.u.number)));
        assert_eq!(chat["assistantEnabled"], true);
        assert_eq!((&chat["workflowId"], &chat["assignmentId"]), (&Value::Null, &Value::Null));
        assert_eq!((&chat["messageCount"], &chat["unreadCount"]), (&json!(0), &json!(0)));
        assert_eq!((&chat["chatType"], &chat["channel"]), (&json!("simple"), &json!("web-chat")));
        assert_eq!((&chat["labels"], &chat["metadata"]), (&json!([]), &json!({})));
        assert_eq!(chat["workspaceUuid"], setup.server.a.workspace.as_str());
        let participants = chat["participants"].as_array().unwrap();
        assert_eq!((participants.len(), &participants[0]["memberId"], &participants[0]["role"]), (1, &json!(setup.u.number), &json!("owner")));
        for absent in ["initialMessageError", "call"] {
            assert!(chat.get(absent).is_none(), "{absent}");
        }
        let path = format!("/chats/{}", chat["uuid"].as_str().unwrap());
        assert_eq!(setup.get(&setup.u, &path).await.expect(200), chat);
    }

    async fn case_04_chat_with_workflow_creates_assignment(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "workflowId": setup.workflow })).await;
        assert_eq!((&chat["workflowId"], &chat["workflowVersionNumber"]), (&json!(setup.workflow), &json!(2)));
        assert_eq!((&chat["assistantMemberId"], &chat["chatType"]), (&json!(setup.agent), &json!("assignment")));
        let path = format!("/assignments/{}", chat["assignmentId"]);
        let assignment = setup.get(&setup.g, &path).await.expect(200);
        assert_eq!((&assignment["chatId"], &assignment["memberId"]), (&chat["id"], &json!(setup.g.number)));
        assert_eq!((&assignment["status"], &assignment["currentTaskId"]), (&json!("active"), &json!(1)));
        let roles: Vec<_> = chat["participants"].as_array().unwrap().iter().map(|one| (one["memberId"].clone(), one["role"].clone())).collect();
        assert!(roles.contains(&(json!(setup.agent), json!("assistant"))), "{roles:?}");
        // The workflow is found by UUID as well.
        let again = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "workflowId": setup.workflow_uuid })).await;
        assert_eq!(again["workflowId"], setup.workflow);
        assert_ne!(again["assignmentId"], chat["assignmentId"]);
    }

    async fn chat_is_created_with_metadata_and_labels(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let label = setup.post(&setup.g, "/chats/labels", json!({ "name": "urgent", "color": "#ff0000" })).await.expect(200);
        setup.post(&setup.g, "/chats/labels", json!({ "name": "new" })).await.expect(200);
        let metadata = json!({ "ticket": 7, "deep": { "a": [null, 1] } });
        let body = json!({ "channel": "web-chat", "metadata": metadata, "labels": ["new", label["id"]] });
        let chat = setup.create_chat(&setup.u, body).await;
        assert_eq!(chat["metadata"], metadata);
        assert_eq!((&chat["labels"][0]["name"], &chat["labels"][1]), (&json!("new"), &label));
        assert_eq!(setup.get(&setup.u, &format!("/chats/{}", chat["id"])).await.expect(200), chat);
        assert_eq!(setup.get(&setup.u, "/chats?labels=urgent").await.expect(200)["total"], 1);
        // Refused requests leave nothing behind.
        let before = setup.entity_counts().await;
        for (field, value, status) in [
            ("metadata", json!([]), 400), ("metadata", json!({ "x": "x".repeat(65_536) }), 400), ("labels", json!("urgent"), 400), ("labels", json!(vec!["urgent"; 51]), 400),
            ("labels", json!(["urgent", "unknown"]), 404), ("labels", json!([900_000_001]), 404),
        ] {
            let reply = setup.post(&setup.u, "/chats", json!({ "channel": "web-chat", field: value })).await;
            let refusal = reply.expect(status);
            if status == 400 {
                assert_eq!(refusal["errors"][0]["loc"][1], field);
            }
        }
        assert_eq!(setup.entity_counts().await, before);
        let plain = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "metadata": null, "labels": [] })).await;
        assert_eq!((&plain["metadata"], &plain["labels"]), (&json!({}), &json!([])));
    }

    async fn case_05_pinned_version_stays(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "channel": "web-chat", "workflowId": setup.workflow, "workflowVersionNumber": 1 });
        let chat = setup.create_chat(&setup.g, body).await;
        let latest = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "workflowId": setup.workflow })).await;
        assert_eq!(setup.publish("the third").await, 3);
        setup.activate(3).await;
        for (chat, version) in [(&chat, 1), (&latest, 2)] {
            let visible = setup.get(&setup.g, &format!("/chats/{}", chat["id"])).await.expect(200);
            assert_eq!(visible["workflowVersionNumber"], version);
            let run = setup.get(&setup.g, &format!("/assignments/{}", chat["assignmentId"])).await.expect(200);
            assert_eq!(run["workflowVersionNumber"], version);
        }
        let new = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "workflowId": setup.workflow })).await;
        assert_eq!(new["workflowVersionNumber"], 3);
    }

    async fn chat_without_active_version_runs_draft(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = format!("/workflows/{}/versions/2/deactivate", setup.workflow);
        setup.post(&setup.g, &path, json!({})).await.expect(200);
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "workflowId": setup.workflow })).await;
        assert_eq!(chat["workflowVersionNumber"], Value::Null);
        assert!(chat["assignmentId"].is_number());
        assert_eq!(chat["assistantMemberId"], setup.agent);
    }

    async fn pinned_chat_uses_fields_of_its_version(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let other = setup.post(&setup.g, "/agents", json!({ "name": "Bob" })).await.expect(200);
        let path = format!("/workflows/{}", setup.workflow_uuid);
        setup.put(&setup.g, &path, json!({ "agentMemberId": other["id"], "defaultPhoneNumberId": setup.p2 })).await.expect(200);
        let body = |version: Option<i64>| json!({ "channel": "phone-sms", "workflowId": setup.workflow, "workflowVersionNumber": version });
        let old = setup.create_chat(&setup.g, body(None)).await;
        assert_eq!((&old["assistantMemberId"], &old["phoneNumberId"]), (&json!(setup.agent), &json!(setup.p1)));
        let third = setup.publish("with Bob").await;
        let new = setup.create_chat(&setup.g, body(Some(third))).await;
        assert_eq!((&new["assistantMemberId"], &new["phoneNumberId"]), (&other["id"], &json!(setup.p2)));
    }

    async fn case_10_phone_number_is_resolved(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "channel": "phone-sms", "workflowId": setup.workflow, "memberId": setup.v.number });
        let chat = setup.create_chat(&setup.g, body.clone()).await;
        assert_eq!((&chat["phoneNumberId"], &chat["memberId"]), (&json!(setup.p1), &json!(setup.v.number)));
        assert_eq!(chat["ownerMemberId"], setup.g.number);
        let mut explicit = body;
        explicit["phoneNumberId"] = json!(setup.p2);
        explicit["inboxId"] = Value::Null;
        assert_eq!(setup.create_chat(&setup.g, explicit).await["phoneNumberId"], setup.p2);
        // Without a workflow: the workspace's default number, if any.
        let simple = json!({ "channel": "phone-sms", "memberId": setup.v.uuid });
        assert_eq!(setup.create_chat(&setup.g, simple.clone()).await["phoneNumberId"], Value::Null);
        setup.put(&setup.g, &format!("/phone-numbers/{}", setup.p2), json!({ "isDefault": true })).await.expect(200);
        assert_eq!(setup.create_chat(&setup.g, simple).await["phoneNumberId"], setup.p2);
        // The only inbox is used.
        let mail = setup.create_chat(&setup.g, json!({ "channel": "email", "memberId": setup.v.number })).await;
        assert_eq!((&mail["inboxId"], &mail["phoneNumberId"]), (&json!(setup.inbox), &Value::Null));
    }

    async fn chat_stores_every_optional_field(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let other = setup.post(&setup.g, "/agents", json!({ "name": "Bob" })).await.expect(200);
        let body = json!({
            "channel": "web-chat", "workflowId": setup.workflow.to_string(), "memberId": setup.v.uuid,
            "participants": [setup.n.number, { "memberId": setup.o.uuid, "role": "operator" }, { "memberId": setup.v.number, "role": "contributor" }],
            "assistantEnabled": false, "assistantMemberId": other["uuid"], "assistantChatModelId": "small", "assistantRealtimeModelId": 7,
            "title": "  Quarterly review ", "isTest": true, "chatType": "review_2", "initialMessage": "  ", "siteId": null, "somethingElse": { "a": [1] },
        });
        let chat = setup.create_chat(&setup.g, body).await;
        assert_eq!((&chat["title"], &chat["isTest"], &chat["chatType"]), (&json!("Quarterly review"), &json!(true), &json!("review_2")));
        assert_eq!((&chat["assistantEnabled"], &chat["assistantMemberId"]), (&json!(false), &other["id"]));
        assert_eq!((&chat["assistantChatModelId"], &chat["assistantRealtimeModelId"]), (&json!("small"), &json!("7")));
        let mut roles: Vec<(i64, &str)> = chat["participants"].as_array().unwrap().iter()
            .map(|one| (one["memberId"].as_i64().unwrap(), one["role"].as_str().unwrap())).collect();
        let mut expected = vec![
            (setup.g.number, "owner"), (setup.v.number, "member"), (other["id"].as_i64().unwrap(), "assistant"),
            (setup.n.number, "contributor"), (setup.o.number, "operator"),
        ];
        roles.sort_unstable();
        expected.sort_unstable();
        assert_eq!(roles, expected, "naming somebody again adds nobody");
    }

    async fn workspace_policy_requires_scope_to_create_chat(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "channel": "web-chat", "memberId": setup.v.number });
        setup.create_chat(&setup.u, body.clone()).await;
        let change = parlor_model::workspace::UpdateWorkspace { require_scope_for_others: Some(true), ..Default::default() };
        parlor_engine::workspace::update(&setup.server.engine, &setup.server.a.ctx(), change).await.unwrap();
        let before = setup.entity_counts().await;
        let refused = setup.post(&setup.u, "/chats", body.clone()).await.expect(403);
        assert_eq!((&refused["code"], &refused["scope"]), (&json!("missing_scope"), &json!("chats:write")));
        // Callers without the scope learn nothing about existing entities.
        let mut nobody = body.clone();
        nobody["memberId"] = json!(900_000_001);
        assert_eq!(setup.post(&setup.u, "/chats", nobody).await.expect(403), refused);
        assert_eq!(setup.entity_counts().await, before);
        setup.create_chat(&setup.g, body).await;
        setup.create_chat(&setup.u, json!({ "channel": "web-chat", "memberId": setup.u.uuid })).await;
    }
}
