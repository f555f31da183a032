//! `PUT` and `DELETE /chats/{chat_id}`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn a_partial_change_keeps_the_rest(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "phone-sms", "workflowId": world.workflow, "memberId": world.v.number, "title": "First" })).await;
        let path = format!("/chats/{}", chat["uuid"].as_str().unwrap());
        let other = world.post(&world.g, "/agents", json!({ "name": "Bob" })).await.expect(200);
        let body = json!({
            "paused": true, "muted": true, "needsResponse": true, "assistantEnabled": false, "assistantMemberId": other["id"],
            "assistantChatModelId": "small", "isTest": true, "siteId": null, "metadata": { "a": { "b": [1, 2.50] } },
        });
        let changed = world.put(&world.g, &path, body.clone()).await.expect(200);
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(&changed[field], value, "{field}");
        }
        for kept in ["id", "title", "channel", "workflowId", "assignmentId", "phoneNumberId", "memberId", "createdAt"] {
            assert_eq!(changed[kept], chat[kept], "{kept}");
        }
        assert_eq!(world.get(&world.g, &path).await.expect(200), changed);
        // Mute is everybody's own.
        assert_eq!(world.get(&world.v, &path).await.expect(200)["muted"], false);
        let emptied = world.put(&world.g, &path, json!({ "title": null, "metadata": null, "assistantMemberId": null, "assistantChatModelId": null })).await.expect(200);
        assert_eq!(["title", "metadata", "assistantMemberId", "assistantChatModelId"].map(|field| emptied[field].clone()), [Value::Null, json!({}), Value::Null, Value::Null]);
        assert_eq!((&emptied["paused"], &emptied["isTest"]), (&json!(true), &json!(true)));
        let same = world.put(&world.g, &path, json!({})).await.expect(200);
        assert_eq!(same, emptied);
    }

    async fn what_a_chat_was_made_of_stays(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "phone-sms", "workflowId": world.workflow, "memberId": world.v.number })).await;
        let path = format!("/chats/{}", chat["id"]);
        let same = json!({
            "channel": "phone-sms", "workflowId": world.workflow_uuid, "workflowVersionNumber": 2, "memberId": world.v.uuid,
            "phoneNumberId": world.p1.to_string(), "inboxId": null, "title": "Renamed",
        });
        assert_eq!(world.put(&world.g, &path, same).await.expect(200)["title"], "Renamed");
        for (field, other) in [
            ("channel", json!("email")), ("workflowId", json!(900_000_001)), ("workflowId", Value::Null), ("workflowVersionNumber", json!(1)),
            ("memberId", json!(world.u.number)), ("memberId", Value::Null), ("phoneNumberId", json!(world.p2)), ("inboxId", json!(world.inbox)),
        ] {
            let mut body = json!({ "title": "Not this" });
            body[field] = other;
            let refusal = world.put(&world.g, &path, body).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", field]));
        }
        assert_eq!(world.get(&world.g, &path).await.expect(200)["title"], "Renamed");
    }

    async fn who_may_change_what(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let own = world.create_chat(&world.u, json!({ "channel": "web-chat", "memberId": world.v.number })).await;
        let path = format!("/chats/{}", own["id"]);
        let archived = world.put(&world.u, &path, json!({ "title": "Mine", "archived": true, "muted": true })).await.expect(200);
        assert_eq!(["title", "archived", "muted"].map(|field| archived[field].clone()), [json!("Mine"), json!(true), json!(true)]);
        assert!(archived["archivedAt"].is_string());
        let opened = world.put(&world.u, &path, json!({ "archived": false })).await.expect(200);
        assert_eq!((&opened["archived"], &opened["archivedAt"]), (&json!(false), &Value::Null));
        for beyond in [json!({ "paused": true }), json!({ "metadata": { "a": 1 } }), json!({ "assistantEnabled": false }), json!({ "siteId": null }), json!({ "assistantMemberId": 900_000_001 })] {
            assert_eq!(world.put(&world.u, &path, beyond).await.expect(403)["scope"], "chats:write");
        }
        // The subject is no owner, and a stranger is nobody.
        world.put(&world.v, &path, json!({ "muted": true })).await.expect(200);
        world.put(&world.v, &path, json!({ "title": "Ours" })).await.expect(403);
        world.put(&world.n, &path, json!({ "muted": true })).await.expect(403);
        world.put(&world.n, "/chats/900000001", json!({ "muted": true })).await.expect(404);
        assert_eq!(world.get(&world.u, &path).await.expect(200)["title"], "Mine");
    }

    async fn changes_that_do_not_fit(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "title": "First" })).await;
        let path = format!("/chats/{}", chat["id"]);
        for (body, status) in [
            (json!([]), 400), (json!({ "title": 5 }), 400), (json!({ "title": "x".repeat(256) }), 400), (json!({ "archived": "yes" }), 400),
            (json!({ "metadata": [1] }), 400), (json!({ "metadata": { "a": "x".repeat(70_000) } }), 400), (json!({ "channel": "fax" }), 400),
            (json!({ "assistantMemberId": "x" }), 400), (json!({ "assistantMemberId": world.v.number }), 400),
            (json!({ "assistantMemberId": 900_000_001 }), 404), (json!({ "siteId": 1 }), 404), (json!({ "assistantChatModelId": {} }), 400),
        ] {
            world.put(&world.g, &path, body).await.expect(status);
        }
        assert_eq!(world.get(&world.g, &path).await.expect(200), chat);
    }

    async fn deleting_is_for_admins_and_for_good(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat", "workflowId": world.workflow })).await;
        let path = format!("/chats/{}", chat["id"]);
        assert_eq!(world.delete(&world.u, &path).await.expect(403)["scope"], "chats:admin");
        let gone = world.delete(&world.g, &path).await;
        assert_eq!((gone.status, gone.bytes.len()), (204, 0));
        world.get(&world.u, &path).await.expect(404);
        world.delete(&world.g, &path).await.expect(404);
        let run = world.get(&world.u, &format!("/assignments/{}", chat["assignmentId"])).await.expect(200);
        assert_eq!(run["chatId"], Value::Null);
    }
}
