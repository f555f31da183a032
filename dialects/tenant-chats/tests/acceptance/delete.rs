use parlor_model::message::MessageRole;
use parlor_testkit::both;
use serde_json::json;

use crate::requests::{AsTenantA, append_message, create_chat, get_json, path_of_chat};

both! {
    async fn case_21_delete_and_again(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let other = create_chat(&server, json!({ "user_id": "u1" })).await;
        append_message(&server, &chat, MessageRole::User, "hello").await;
        let path = path_of_chat(&chat);
        let gone = server.delete(&path).by_a(&server).send().await.expect(200);
        let at = gone["deleted_at"].as_str().unwrap();
        assert!(at.ends_with('Z') && at >= chat["created_at"].as_str().unwrap());
        assert_eq!(gone, json!({ "success": true, "message": "Chat deleted successfully", "deleted_at": at }));
        for request in [
            server.delete(&path),
            server.delete(&format!("{path}/?force=true")),
            server.get(&path),
            server.get(&format!("{path}/messages")),
        ] {
            assert_eq!(request.by_a(&server).send().await.expect(404)["error_code"], "CHAT_NOT_FOUND");
        }
        let left = get_json(&server, "/api/v1/chats/user/u1").await;
        assert_eq!((&left["total"], &left["chats"][0]["id"]), (&json!(1), &other["id"]));
    }

    async fn force_is_a_boolean(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let refused = server.delete(&format!("{}?force=maybe", path_of_chat(&chat))).by_a(&server).send().await.expect(400);
        assert_eq!(refused["errors"][0]["loc"], json!(["query", "force"]));
        for (chat, force) in [(chat, "true"), (create_chat(&server, json!({ "user_id": "u1" })).await, "false")] {
            let reply = server.delete(&format!("{}?force={force}", path_of_chat(&chat))).by_a(&server).send().await;
            assert_eq!(reply.expect(200)["success"], true);
        }
    }
}
