use parlor_model::message::Role;
use parlor_testkit::both;
use serde_json::json;

use crate::call::{AsTenantA, create, path, read, sample, say};

both! {
    async fn case_11_a_new_chat(server: TestServer) {
        let chat = create(&server, sample()).await;
        for spelling in [path(&chat), format!("{}/", path(&chat)), path(&chat).to_uppercase().replace("/API/V1/CHATS", "/api/v1/chats")] {
            let found = read(&server, &spelling).await;
            assert_eq!((&found["message_count"], &found["status"]), (&json!(0), &json!("active")));
            assert_eq!(found.as_object().unwrap().len(), 10);
        }
    }

    async fn case_12_another_tenants_chat_is_unknown(server: TestServer) {
        let chat = create(&server, sample()).await;
        let path = path(&chat);
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
        assert_eq!(read(&server, &path).await["title"], chat["title"]);
    }

    async fn messages_move_the_times_and_an_automatic_title(server: TestServer) {
        let made = create(&server, json!({ "user_id": "u1" })).await;
        let named = create(&server, json!({ "user_id": "u1", "title": "Mine" })).await;
        server.clock.advance(std::time::Duration::from_secs(90));
        for chat in [&made, &named] {
            say(&server, chat, Role::User, "  Where is my parcel?\nIt is late.").await;
            say(&server, chat, Role::System, "be kind").await;
            say(&server, chat, Role::Assistant, "On its way.").await;
        }
        let found = read(&server, &path(&made)).await;
        assert_eq!((&found["title"], &found["message_count"]), (&json!("Where is my parcel?"), &json!(2)));
        assert!(found["last_message_at"].as_str().unwrap() > made["created_at"].as_str().unwrap());
        assert!(found["updated_at"].as_str().unwrap() >= found["last_message_at"].as_str().unwrap());
        assert_eq!(found["created_at"], made["created_at"]);
        assert_eq!(read(&server, &path(&named)).await["title"], "Mine");
    }
}
