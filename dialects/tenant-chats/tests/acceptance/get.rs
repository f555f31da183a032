use parlor_model::message::MessageRole;
use parlor_testkit::both;
use serde_json::json;

use crate::requests::{
    AsTenantA, append_message, create_chat, get_json, path_of_chat, sample_body,
};

both! {
    async fn case_11_a_new_chat(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        for spelling in [path_of_chat(&chat), format!("{}/", path_of_chat(&chat)), path_of_chat(&chat).to_uppercase().replace("/API/V1/CHATS", "/api/v1/chats")] {
            let found = get_json(&server, &spelling).await;
            assert_eq!((&found["message_count"], &found["status"]), (&json!(0), &json!("active")));
            assert_eq!(found.as_object().unwrap().len(), 10);
        }
    }

    async fn case_12_another_tenants_chat_is_unknown(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let path = path_of_chat(&chat);
        let unknown = server.get("/api/v1/chats/00000000-0000-4000-8000-000000000000").by_b(&server).send().await;
        assert_eq!(unknown.expect(404), json!({ "detail": "Chat not found", "error_code": "CHAT_NOT_FOUND" }));
        let bare = chat["id"].as_str().unwrap().replace('-', "");
        for request in [
            server.get(&path).by_b(&server),
            server.get(&format!("{path}/messages")).by_b(&server),
            server.delete(&path).by_b(&server),
            server.delete(&format!("{path}?force=true")).by_b(&server),
            server.get("/api/v1/chats/not-a-uuid").by_a(&server),
            server.get("/api/v1/chats/not-a-uuid/messages").by_a(&server),
            server.delete("/api/v1/chats/not-a-uuid").by_a(&server),
            server.get("/api/v1/chats/%00").by_a(&server),
            server.get(&format!("/api/v1/chats/{bare}")).by_a(&server),
        ] {
            let reply = request.send().await;
            assert_eq!((reply.status, &reply.bytes), (404, &unknown.bytes));
        }
        assert_eq!(get_json(&server, &path).await["title"], chat["title"]);
    }

    async fn messages_update_the_times_and_an_automatic_title(server: TestServer) {
        let untitled = create_chat(&server, json!({ "user_id": "u1" })).await;
        let named = create_chat(&server, json!({ "user_id": "u1", "title": "Mine" })).await;
        server.clock.advance(std::time::Duration::from_secs(90));
        for chat in [&untitled, &named] {
            append_message(&server, chat, MessageRole::User, "  Where is my parcel?\nIt is late.").await;
            append_message(&server, chat, MessageRole::System, "be kind").await;
            append_message(&server, chat, MessageRole::Assistant, "On its way.").await;
        }
        let found = get_json(&server, &path_of_chat(&untitled)).await;
        assert_eq!((&found["title"], &found["message_count"]), (&json!("Where is my parcel?"), &json!(2)));
        assert!(found["last_message_at"].as_str().unwrap() > untitled["created_at"].as_str().unwrap());
        assert!(found["updated_at"].as_str().unwrap() >= found["last_message_at"].as_str().unwrap());
        assert_eq!(found["created_at"], untitled["created_at"]);
        assert_eq!(get_json(&server, &path_of_chat(&named)).await["title"], "Mine");
    }
}
