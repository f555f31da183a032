use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, CHATS_PATH, create_chat, get_json};

fn chat_ids(page: &Value) -> Vec<&str> {
    let chats = page["chats"].as_array().unwrap();
    chats
        .iter()
        .map(|chat| chat["id"].as_str().unwrap())
        .collect()
}

/// The list item of a chat without messages.
fn as_list_item(chat: &Value) -> Value {
    let mut chat = chat.clone();
    chat["message_count"] = json!(0);
    chat
}

async fn create_three_chats(server: &TestServer) -> Vec<String> {
    let mut created = Vec::new();
    for title in ["one", "two", "three"] {
        let chat = create_chat(server, json!({ "user_id": "u1", "title": title })).await;
        created.push(chat["id"].as_str().unwrap().to_owned());
    }
    created
}

both! {
    async fn case_08_two_posts_make_two_chats(server: TestServer) {
        let body = json!({ "user_id": "u1", "title": "same" });
        let first = create_chat(&server, body.clone()).await;
        let second = create_chat(&server, body).await;
        assert_ne!(first["id"], second["id"]);
        create_chat(&server, json!({ "user_id": "u2" })).await;
        let page = get_json(&server, "/api/v1/chats/user/u1").await;
        assert_eq!(page["total"], 2);
        let id = second["id"].as_str().unwrap();
        let request = server.post(&format!("{CHATS_PATH}{id}/messages")).by_a(&server);
        request.json(&json!({ "content": "Hello" })).send().await.expect(201);
        let chats = json!([as_list_item(&second), as_list_item(&first)]);
        assert_eq!(page["chats"], chats, "newest first, as the create answered them");
        let page = get_json(&server, "/api/v1/chats/user/u1").await;
        let counts: Vec<_> = page["chats"].as_array().unwrap().iter().map(|chat| &chat["message_count"]).collect();
        assert_eq!(counts, [&json!(1), &json!(0)]);
        // The other tenant's u1 is another user.
        let theirs = server.get("/api/v1/chats/user/u1").by_b(&server).send().await.expect(200);
        assert_eq!(theirs["total"], 0);
    }

    async fn case_09_pages(server: TestServer) {
        let created = create_three_chats(&server).await;
        let page = get_json(&server, "/api/v1/chats/user/u1?limit=1&offset=0").await;
        assert_eq!(chat_ids(&page), [&created[2]]);
        assert_eq!(
            (&page["total"], &page["offset"], &page["limit"], &page["has_more"]),
            (&json!(3), &json!(0), &json!(1), &json!(true))
        );
        let page = get_json(&server, "/api/v1/chats/user/u1/?limit=2&offset=1&order=asc").await;
        assert_eq!((chat_ids(&page), &page["has_more"]), (vec![created[1].as_str(), &created[2]], &json!(false)));
        let page = get_json(&server, "/api/v1/chats/user/u1?offset=9223372036854775807").await;
        assert_eq!((&page["chats"], &page["total"], &page["has_more"]), (&json!([]), &json!(3), &json!(false)));
        let page = get_json(&server, "/api/v1/chats/user/u1").await;
        assert_eq!((&page["limit"], page["chats"].as_array().unwrap().len()), (&json!(50), 3));
        for query in ["limit=0", "limit=101", "limit=x", "offset=-1", "offset=1.5", "order=up", "order="] {
            let refused = server.get(&format!("/api/v1/chats/user/u1?{query}")).by_a(&server).send().await.expect(400);
            assert_eq!(refused["errors"][0]["loc"][0], "query", "{query}");
        }
    }

    async fn case_10_unknown_user_has_no_chats(server: TestServer) {
        let long = "x".repeat(10_000);
        for user in ["nobody", "%00", "%FF", "%20", &long, "00000000-0000-4000-8000-000000000000"] {
            let page = get_json(&server, &format!("/api/v1/chats/user/{user}")).await;
            assert_eq!(page, json!({ "chats": [], "total": 0, "offset": 0, "limit": 50, "has_more": false }));
        }
        let members = parlor_engine::member::page(&server.engine, &server.a.ctx(), None, 10, 0).await;
        assert_eq!(members.unwrap().1, 1, "nobody was made");
    }

    async fn user_ids_are_decoded(server: TestServer) {
        create_chat(&server, json!({ "user_id": "a/b c" })).await;
        assert_eq!(get_json(&server, "/api/v1/chats/user/a%2Fb%20c").await["total"], 1);
        create_chat(&server, json!({ "user_id": "messages" })).await;
        assert_eq!(get_json(&server, "/api/v1/chats/user/messages").await["total"], 1);
    }

    async fn member_without_customer_id_is_named_by_its_uuid(server: TestServer) {
        let owner = parlor_kit::ids::format_uuid(server.a.owner.id);
        // The UUID names the same member when a chat is created for it.
        let chat = create_chat(&server, json!({ "user_id": owner })).await;
        assert_eq!(chat["user_id"], owner);
        let page = get_json(&server, &format!("/api/v1/chats/user/{owner}")).await;
        assert_eq!(page["chats"], json!([as_list_item(&chat)]));
        // A member with a customer's id is found by that id only.
        let named = create_chat(&server, json!({ "user_id": "u1" })).await;
        let members = parlor_engine::member::page(&server.engine, &server.a.ctx(), None, 10, 0)
            .await
            .unwrap()
            .0;
        assert_eq!(members.len(), 2);
        let uuid = parlor_kit::ids::format_uuid(members[1].key.id);
        assert_eq!(named["user_id"], "u1");
        assert_eq!(get_json(&server, &format!("/api/v1/chats/user/{uuid}")).await["total"], 0);
        // The key acts for the owner, which participates in the conversations it creates.
        let page = get_json(&server, &format!("/api/v1/chats/user/{owner}")).await;
        assert_eq!(page["chats"], json!([as_list_item(&named), as_list_item(&chat)]));
        // The UUID of another tenant's member is unknown, and becomes the id of a new user.
        let body = json!({ "user_id": owner });
        let theirs = server.post(CHATS_PATH).by_b(&server).json(&body).send().await.expect(201);
        assert_eq!(theirs["user_id"], owner);
        assert_eq!(get_json(&server, &format!("/api/v1/chats/user/{owner}")).await["total"], 2);
    }
}
