//! `PUT` and `DELETE /chats/{chat_id}`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn partial_update_keeps_other_fields(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "phone-sms", "workflowId": setup.workflow, "memberId": setup.v.number, "title": "First" })).await;
        let path = format!("/chats/{}", chat["uuid"].as_str().unwrap());
        let other = setup.post(&setup.g, "/agents", json!({ "name": "Bob" })).await.expect(200);
        let body = json!({
            "paused": true, "muted": true, "needsResponse": true, "assistantEnabled": false, "assistantMemberId": other["id"],
            "assistantChatModelId": "small", "isTest": true, "siteId": null, "metadata": { "a": { "b": [1, 2.50] } },
        });
        let changed = setup.put(&setup.g, &path, body.clone()).await.expect(200);
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(&changed[field], value, "{field}");
        }
        for kept in ["id", "title", "channel", "workflowId", "assignmentId", "phoneNumberId", "memberId", "createdAt"] {
            assert_eq!(changed[kept], chat[kept], "{kept}");
        }
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), changed);
        // `muted` is per member.
        assert_eq!(setup.get(&setup.v, &path).await.expect(200)["muted"], false);
        let emptied = setup.put(&setup.g, &path, json!({ "title": null, "metadata": null, "assistantMemberId": null, "assistantChatModelId": null })).await.expect(200);
        assert_eq!(["title", "metadata", "assistantMemberId", "assistantChatModelId"].map(|field| emptied[field].clone()), [Value::Null, json!({}), Value::Null, Value::Null]);
        assert_eq!((&emptied["paused"], &emptied["isTest"]), (&json!(true), &json!(true)));
        let same = setup.put(&setup.g, &path, json!({})).await.expect(200);
        assert_eq!(same, emptied);
    }

    async fn immutable_fields_are_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "phone-sms", "workflowId": setup.workflow, "memberId": setup.v.number })).await;
        let path = format!("/chats/{}", chat["id"]);
        let same = json!({
            "channel": "phone-sms", "workflowId": setup.workflow_uuid, "workflowVersionNumber": 2, "memberId": setup.v.uuid,
            "phoneNumberId": setup.p1.to_string(), "inboxId": null, "title": "Renamed",
        });
        assert_eq!(setup.put(&setup.g, &path, same).await.expect(200)["title"], "Renamed");
        for (field, other) in [
            ("channel", json!("email")), ("workflowId", json!(900_000_001)), ("workflowId", Value::Null), ("workflowVersionNumber", json!(1)),
            ("memberId", json!(setup.u.number)), ("memberId", Value::Null), ("phoneNumberId", json!(setup.p2)), ("inboxId", json!(setup.inbox)),
        ] {
            let mut body = json!({ "title": "Not this" });
            body[field] = other;
            let refusal = setup.put(&setup.g, &path, body).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", field]));
        }
        assert_eq!(setup.get(&setup.g, &path).await.expect(200)["title"], "Renamed");
    }

    async fn chat_update_requires_owner_or_scope(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let own = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "memberId": setup.v.number })).await;
        let path = format!("/chats/{}", own["id"]);
        let archived = setup.put(&setup.u, &path, json!({ "title": "Mine", "archived": true, "muted": true })).await.expect(200);
        assert_eq!(["title", "archived", "muted"].map(|field| archived[field].clone()), [json!("Mine"), json!(true), json!(true)]);
        assert!(archived["archivedAt"].is_string());
        let opened = setup.put(&setup.u, &path, json!({ "archived": false })).await.expect(200);
        assert_eq!((&opened["archived"], &opened["archivedAt"]), (&json!(false), &Value::Null));
        for beyond in [json!({ "paused": true }), json!({ "metadata": { "a": 1 } }), json!({ "assistantEnabled": false }), json!({ "siteId": null }), json!({ "assistantMemberId": 900_000_001 })] {
            assert_eq!(setup.put(&setup.u, &path, beyond).await.expect(403)["scope"], "chats:write");
        }
        // The subject is not the owner, and strangers have no access.
        setup.put(&setup.v, &path, json!({ "muted": true })).await.expect(200);
        setup.put(&setup.v, &path, json!({ "title": "Ours" })).await.expect(403);
        setup.put(&setup.n, &path, json!({ "muted": true })).await.expect(403);
        setup.put(&setup.n, "/chats/900000001", json!({ "muted": true })).await.expect(404);
        assert_eq!(setup.get(&setup.u, &path).await.expect(200)["title"], "Mine");
    }

    async fn invalid_chat_update_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "title": "First" })).await;
        let path = format!("/chats/{}", chat["id"]);
        for (body, status) in [
            (json!([]), 400), (json!({ "title": 5 }), 400), (json!({ "title": "x".repeat(256) }), 400), (json!({ "archived": "yes" }), 400),
            (json!({ "metadata": [1] }), 400), (json!({ "metadata": { "a": "x".repeat(70_000) } }), 400), (json!({ "channel": "fax" }), 400),
            (json!({ "assistantMemberId": "x" }), 400), (json!({ "assistantMemberId": setup.v.number }), 400),
            (json!({ "assistantMemberId": 900_000_001 }), 404), (json!({ "siteId": 1 }), 404), (json!({ "assistantChatModelId": {} }), 400),
        ] {
            setup.put(&setup.g, &path, body).await.expect(status);
        }
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), chat);
    }

    async fn delete_requires_admin_and_is_permanent(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "workflowId": setup.workflow })).await;
        let path = format!("/chats/{}", chat["id"]);
        assert_eq!(setup.delete(&setup.u, &path).await.expect(403)["scope"], "chats:admin");
        let gone = setup.delete(&setup.g, &path).await;
        assert_eq!((gone.status, gone.bytes.len()), (204, 0));
        setup.get(&setup.u, &path).await.expect(404);
        setup.delete(&setup.g, &path).await.expect(404);
        let run = setup.get(&setup.u, &format!("/assignments/{}", chat["assignmentId"])).await.expect(200);
        assert_eq!(run["chatId"], Value::Null);
    }
}
