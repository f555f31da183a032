//! `GET` and `DELETE /api/v1/users/{user_id}`.

use parlor_kit::ids::format_uuid;
use parlor_model::access::WorkspaceRole;
use parlor_model::member::MemberKind;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::requests::{AsTenantA, create_chat, get_json, path_of_chat};

both! {
    async fn user_has_its_chat_count_and_times(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "a/b ü" })).await;
        create_chat(&server, json!({ "user_id": "a/b ü" })).await;
        let user = "/api/v1/users/a%2Fb%20%C3%BC";
        let found = get_json(&server, user).await;
        assert_eq!(found, json!({
            "user_id": "a/b ü", "tenant_id": server.a.workspace, "created_at": found["created_at"],
            "last_seen_at": null, "chat_count": 2
        }));
        assert!(found["created_at"].as_str().unwrap() <= chat["created_at"].as_str().unwrap());
        server.clock.advance(std::time::Duration::from_secs(60));
        let message = server.post(&format!("{}/messages", path_of_chat(&chat))).by_a(&server).json(&json!({ "content": "hello" }));
        let message = message.send().await.expect(201);
        let answered = json!({ "content": "hi", "sender_role": "assistant" });
        server.clock.advance(std::time::Duration::from_secs(60));
        server.post(&format!("{}/messages", path_of_chat(&chat))).by_a(&server).json(&answered).send().await.expect(201);
        let found = get_json(&server, &format!("{user}/")).await;
        assert_eq!((&found["last_seen_at"], &found["chat_count"]), (&message["created_at"], &json!(2)));
    }

    async fn unknown_users_and_assistants_are_not_found(server: TestServer) {
        create_chat(&server, json!({ "user_id": "u1" })).await;
        let unknown = server.get("/api/v1/users/nobody").by_a(&server).send().await;
        assert_eq!(unknown.expect(404), json!({ "detail": "User not found", "error_code": "USER_NOT_FOUND" }));
        let robot = server.a.create_member(MemberKind::Assistant, "Robot", None, "").await;
        let longest = "x".repeat(300);
        for (request, what) in [
            (server.get("/api/v1/users/u1").by_b(&server), "another tenant's"),
            (server.delete("/api/v1/users/u1").by_b(&server), "another tenant's"),
            (server.get(&format!("/api/v1/users/{}", format_uuid(robot.id))).by_a(&server), "an assistant"),
            (server.delete(&format!("/api/v1/users/{}", format_uuid(robot.id))).by_a(&server), "an assistant"),
            (server.get(&format!("/api/v1/users/{}", format_uuid(server.b.owner.id))).by_a(&server), "another tenant's owner"),
            (server.delete("/api/v1/users/nobody").by_a(&server), "nobody"),
            (server.get("/api/v1/users/%00").by_a(&server), "no text"),
            (server.delete("/api/v1/users/%20").by_a(&server), "blank"),
            (server.get(&format!("/api/v1/users/{longest}")).by_a(&server), "too long"),
        ] {
            let reply = request.send().await;
            assert_eq!((reply.status, &reply.bytes), (404, &unknown.bytes), "{what}");
        }
        assert_eq!(get_json(&server, "/api/v1/users/u1").await["chat_count"], 1);
    }

    async fn deleting_a_user_deletes_its_chats(server: TestServer) {
        let own = create_chat(&server, json!({ "user_id": "u1" })).await;
        create_chat(&server, json!({ "user_id": "u1" })).await;
        let others = create_chat(&server, json!({ "user_id": "u2" })).await;
        let message = json!({ "content": "was here", "user_id": "u1" });
        server.post(&format!("{}/messages", path_of_chat(&others))).by_a(&server).json(&message).send().await.expect(201);
        let gone = server.delete("/api/v1/users/u1").by_a(&server).send().await.expect(200);
        assert_eq!(gone, json!({
            "success": true, "message": "User deleted successfully", "deleted_at": gone["deleted_at"], "deleted_chats": 2
        }));
        for request in [server.get("/api/v1/users/u1"), server.delete("/api/v1/users/u1"), server.get(&path_of_chat(&own))] {
            assert_eq!(request.by_a(&server).send().await.status, 404);
        }
        assert_eq!(get_json(&server, "/api/v1/chats/user/u1").await["total"], 0);
        // Its messages in other chats stay, without a sender.
        let page = get_json(&server, &format!("{}/messages", path_of_chat(&others))).await;
        assert_eq!((&page["messages"][0]["content"], &page["messages"][0]["sender_id"]), (&json!("was here"), &Value::Null));
        // The log does not name the user any more.
        let log = get_json(&server, &format!("{}/log", path_of_chat(&others))).await;
        assert_eq!((&log["entries"][1]["event_type"], &log["entries"][1]["user_ids"]), (&json!("participant_joined"), &json!([])));
        // The same id creates a new user.
        create_chat(&server, json!({ "user_id": "u1" })).await;
        let again = get_json(&server, "/api/v1/users/u1").await;
        assert_eq!((&again["chat_count"], &again["last_seen_at"]), (&json!(1), &Value::Null));
    }

    async fn two_deleted_users_may_have_chosen_the_same_id(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        for user in ["u2", "u3"] {
            let message = json!({ "content": user, "user_id": user, "client_message_id": "c-1" });
            server.post(&format!("{}/messages", path_of_chat(&chat))).by_a(&server).json(&message).send().await.expect(201);
        }
        for user in ["u2", "u3"] {
            server.delete(&format!("/api/v1/users/{user}")).by_a(&server).send().await.expect(200);
        }
        let page = get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await;
        assert_eq!(page["total"], 2);
        assert_eq!((&page["messages"][0]["sender_id"], &page["messages"][1]["content"]), (&Value::Null, &json!("u3")));
    }

    async fn user_with_a_role_is_not_deleted(server: TestServer) {
        let manager = server.a.create_person("Manager", Some(WorkspaceRole::Manager), "").await;
        for id in [server.a.owner.id, manager.id] {
            let path = format!("/api/v1/users/{}", format_uuid(id));
            create_chat(&server, json!({ "user_id": format_uuid(id) })).await;
            let refused = server.delete(&path).by_a(&server).send().await.expect(409);
            assert_eq!(refused["error_code"], "CONFLICT");
            assert_eq!(get_json(&server, &path).await["user_id"], format_uuid(id));
        }
        assert_eq!(get_json(&server, &format!("/api/v1/chats/user/{}", format_uuid(manager.id))).await["total"], 1);
    }

    async fn user_endpoints_require_their_scopes(server: TestServer) {
        create_chat(&server, json!({ "user_id": "u1" })).await;
        for (scopes, status) in [
            ("conversations:admin", [403, 403]),
            ("members:read", [403, 403]),
            ("conversations:read,members:read", [200, 403]),
            ("conversations:read,members:write", [200, 403]),
        ] {
            let key = server.a.create_key(scopes, None).await;
            let calls = [server.get("/api/v1/users/u1"), server.delete("/api/v1/users/u1")];
            for (request, status) in calls.into_iter().zip(status) {
                let reply = request.header("X-API-Key", &key).send().await;
                assert_eq!(reply.status, status, "{scopes}: {}", reply.text());
            }
        }
        let bare = server.get("/api/v1/users/u1").send().await;
        assert_eq!(bare.expect(401)["error_code"], "INVALID_API_KEY");
        let key = server.a.create_key("conversations:write,members:write", None).await;
        let reply = server.delete("/api/v1/users/u1").header("X-API-Key", &key).send().await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
}
