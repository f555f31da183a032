//! Usage of an account and of a conversation.

use crate::client::{Client, assert_error, cases};
use serde_json::json;

cases! {
    async fn account_usage_is_counted(client: Client) {
        let usage = async || client.get("/usage/fetch").await.expect(200);
        let empty = usage().await;
        let database = json!({ "datasets": 0, "records": 0, "skillsets": 0, "abilities": 0, "files": 0, "users": 0 });
        assert_eq!(empty, json!({ "tokens": 0, "conversations": 0, "messages": 0, "database": database }));
        for n in 0..3 {
            let messages = vec![json!({ "type": "user", "text": "x" }); n];
            client.post("/conversation/create", &json!({ "messages": messages })).await.expect(200);
        }
        let full = usage().await;
        assert_eq!((&full["conversations"], &full["messages"]), (&json!(3), &json!(3)));
        // Other accounts are counted separately.
        let other = client.get_with_key(&client.server.b.key.clone(), "/usage/fetch").await.expect(200);
        assert_eq!(other["messages"], 0);
        for scopes in ["conversations:read", "messages:read"] {
            let key = client.server.a.create_key(scopes, None).await;
            assert_error(&client.get_with_key(&key, "/usage/fetch").await, 403, "NOT_AUTHORIZED");
        }
    }

    async fn conversation_usage_is_counted_between_two_times(client: Client) {
        let id = |resource: &str, n: u8| format!("{resource}_01{n:024}");
        let mut lines = format!("{}\n", json!({ "id": id("conversation", 1), "createdAt": "2020-01-01T00:00:00.000Z" }));
        for day in 1..=5 {
            let line = json!({ "id": id("message", day), "conversationId": id("conversation", 1), "type": "user", "text": "x", "createdAt": format!("2020-01-0{day}T00:00:00.000Z") });
            lines += &format!("{line}\n");
        }
        let import = client.post_request("/conversation/import").header("content-type", "application/jsonl").body(lines);
        assert_eq!(import.send().await.expect(200)["imported"], 6);
        let path = format!("/conversation/{}/usage/fetch", id("conversation", 1));
        for (query, messages) in [
            ("", 5), ("?from=2020-01-02T00:00:00.000Z", 4), ("?to=2020-01-02T00:00:00.000Z", 1), ("?from=2020-01-02T00:00:00Z&to=2020-01-04T00:00:00Z", 2),
            ("?from=1577923200000", 4), ("?from=&to=", 5), ("?from=2021-01-01T00:00:00Z", 0), ("?from=2020-01-04T00:00:00Z&to=2020-01-02T00:00:00Z", 0),
        ] {
            let usage = client.get(&format!("{path}{query}")).await.expect(200);
            assert_eq!(usage, json!({ "tokens": 0, "messages": messages }), "{query}");
        }
        client.post(&format!("/conversation/{}/message/{}/delete", id("conversation", 1), id("message", 3)), &json!({})).await.expect(200);
        assert_eq!(client.get(&path).await.expect(200)["messages"], 4);
        for (query, field) in [("?from=yesterday", "from"), ("?to=x", "to")] {
            assert!(assert_error(&client.get(&format!("{path}{query}")).await, 400, "BAD_REQUEST").contains(field));
        }
        assert_error(&client.get_with_key(&client.server.b.key.clone(), &path).await, 404, "NOT_FOUND");
        let key = client.server.a.create_key("conversations:read", None).await;
        assert_error(&client.get_with_key(&key, &path).await, 403, "NOT_AUTHORIZED");
    }
}

cases! { @run_with_assistant
    async fn tokens_of_answers_are_counted(client: Client) {
        let tokens = async |path: &str| client.get(path).await.expect(200)["tokens"].as_i64().unwrap();
        let id = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{id}/usage/fetch");
        assert_eq!((tokens(&path).await, tokens("/usage/fetch").await), (0, 0));
        let used = async |path: &str, body: &serde_json::Value| {
            let answer = client.post(path, body).await.expect(200);
            let token = answer["usage"]["token"].as_i64().unwrap();
            assert!(token > 0, "{answer}");
            token
        };
        let stored = used(&format!("/conversation/{id}/complete"), &json!({ "text": "hello" })).await
            + used(&format!("/conversation/{id}/receive"), &json!({})).await;
        let message = json!({ "type": "user", "text": "not stored" });
        let stateless = used("/conversation/complete", &json!({ "messages": [message] })).await;
        assert_eq!(tokens(&path).await, stored);
        assert_eq!(tokens("/usage/fetch").await, stored + stateless);
        for query in ["?from=2100-01-01T00:00:00Z", "?to=2000-01-01T00:00:00Z"] {
            assert_eq!(tokens(&format!("{path}{query}")).await, 0, "{query}");
        }
        assert_eq!(tokens(&format!("{path}?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z")).await, stored);
        // The account keeps the count of what is deleted.
        client.post(&format!("/conversation/{id}/delete"), &json!({})).await.expect(200);
        assert_eq!(tokens("/usage/fetch").await, stored + stateless);
    }
}
