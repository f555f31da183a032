use parlor_model::message::MessageRole;
use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, append_message, create_chat, get_json, path_of_chat};

/// Creates a chat with five messages, and one that is not conversational.
async fn create_conversation(server: &TestServer) -> (Value, String) {
    let chat = create_chat(server, json!({ "user_id": "u1", "title": "T" })).await;
    for (index, text) in ["one", "two", "three", "four", "five"].iter().enumerate() {
        let role = if index % 2 == 0 {
            MessageRole::User
        } else {
            MessageRole::Assistant
        };
        append_message(server, &chat, role, text).await;
        append_message(server, &chat, MessageRole::Context, "background").await;
    }
    let messages = format!("{}/messages", path_of_chat(&chat));
    (chat, messages)
}

fn message_texts(page: &Value) -> Vec<&str> {
    let messages = page["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message["content"].as_str().unwrap())
        .collect()
}

both! {
    async fn an_empty_chat_has_no_messages(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let page = get_json(&server, &format!("{}/messages/", path_of_chat(&chat))).await;
        assert_eq!(page, json!({ "messages": [], "total": 0, "offset": 0, "limit": 50, "has_more": false }));
    }

    async fn messages_are_listed_oldest_first(server: TestServer) {
        let (_, messages) = create_conversation(&server).await;
        let page = get_json(&server, &messages).await;
        assert_eq!(message_texts(&page), ["one", "two", "three", "four", "five"]);
        assert_eq!((&page["total"], &page["has_more"]), (&json!(5), &json!(false)));
        let first = &page["messages"][0];
        assert_eq!(first["id"].as_str().unwrap().len(), 36);
        assert_eq!(first["sender_id"], parlor_kit::ids::format_uuid(server.a.owner.id));
        let mut displayed = first.clone();
        for name in ["id", "created_at", "seq", "sender_id"] {
            assert!(!displayed.as_object_mut().unwrap().remove(name).unwrap().is_null());
        }
        assert_eq!(displayed, json!({
            "content": "one", "sender_role": "user", "media_type": null, "media_url": null, "metadata": {},
            "client_message_id": null, "status": "complete"
        }));
        assert_eq!((&page["messages"][1]["sender_role"], &page["messages"][1]["sender_id"]), (&json!("assistant"), &Value::Null));
        let seqs: Vec<_> = page["messages"].as_array().unwrap().iter().map(|message| message["seq"].as_i64().unwrap()).collect();
        assert!(seqs.is_sorted_by(|one, next| one < next) && seqs[0] > 1, "{seqs:?}");
    }

    async fn pages_by_offset(server: TestServer) {
        let (_, messages) = create_conversation(&server).await;
        for (query, expected, more) in [
            ("limit=2", &["one", "two"][..], true),
            ("limit=2&offset=3", &["four", "five"], false),
            ("limit=100&offset=5", &[], false),
            ("order=desc&limit=3", &["five", "four", "three"], true),
            ("order=asc&offset=4&limit=1", &["five"], false),
        ] {
            let page = get_json(&server, &format!("{messages}?{query}")).await;
            assert_eq!((message_texts(&page), page["has_more"].as_bool()), (expected.to_vec(), Some(more)), "{query}");
            assert_eq!(page["total"], 5);
        }
    }

    async fn pages_by_position_do_not_shift(server: TestServer) {
        let (chat, messages) = create_conversation(&server).await;
        let whole = get_json(&server, &messages).await;
        let seq = |index: usize| whole["messages"][index]["seq"].as_i64().unwrap();
        append_message(&server, &chat, MessageRole::User, "six").await;
        let (second, fourth) = (seq(1), seq(3));
        for (query, expected, more) in [
            (format!("after_seq={second}&limit=2"), &["three", "four"][..], true),
            (format!("after_seq={fourth}"), &["five", "six"], false),
            (format!("before_seq={fourth}&order=desc&limit=2"), &["three", "two"], true),
            (format!("before_seq={fourth}&limit=2"), &["two", "three"], true),
            (format!("before_seq={fourth}&limit=3"), &["one", "two", "three"], false),
            (format!("after_seq={second}&order=desc&limit=2"), &["four", "three"], true),
            (format!("after_seq={second}&before_seq=99&limit=2"), &["three", "four"], true),
            (format!("after_seq={second}&before_seq=99&order=desc&limit=2"), &["six", "five"], true),
            (format!("before_seq={second}"), &["one"], false),
            (format!("after_seq={second}&before_seq={fourth}"), &["three"], false),
            ("after_seq=9223372036854775807".to_owned(), &[], false),
        ] {
            let page = get_json(&server, &format!("{messages}?{query}")).await;
            assert_eq!((message_texts(&page), page["has_more"].as_bool()), (expected.to_vec(), Some(more)), "{query}");
            assert_eq!((&page["total"], &page["offset"]), (&json!(6), &json!(0)));
        }
    }

    async fn case_13_bad_queries(server: TestServer) {
        let (_, messages) = create_conversation(&server).await;
        for query in [
            "limit=101", "limit=0", "limit=ten", "limit=", "offset=-1", "offset=9223372036854775808", "order=up",
            "after_seq=-1", "before_seq=x", "after_seq=1&offset=0", "before_seq=9&offset=2",
        ] {
            let refused = server.get(&format!("{messages}?{query}")).by_a(&server).send().await.expect(400);
            assert_eq!(refused["error_code"], "INVALID_REQUEST", "{query}");
            assert_eq!(refused["errors"][0]["loc"][0], "query", "{query}");
        }
        assert_eq!(get_json(&server, &format!("{messages}?limit=100&unknown=1")).await["total"], 5);
    }
}
