//! Files of conversations, and votes on conversations.

use http::Method;
use serde_json::{Value, json};

use crate::client::{Client, assert_error, cases, item_ids};
use crate::storage::fetch;

cases! {
    async fn attachment_uploaded_is_listed_and_downloaded(client: Client) {
        let chat = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{chat}/attachment/upload");
        let first = client.post(&path, &json!({ "file": "data:text/plain,one" })).await.expect(200);
        assert_eq!(first, json!({ "id": first["id"], "name": "attachment" }));
        let body = json!({ "file": { "type": "text/x", "size": 3, "name": "two.txt" } });
        // The path of the vendor's client.
        let second = client.post(&format!("/Attachment/{chat}/upload"), &body).await.expect(200);
        assert_eq!(second["name"], "two.txt");
        let url = second["uploadRequest"]["url"].as_str().unwrap();
        let url = url.strip_prefix(&client.server.url).unwrap();
        let sent = client.server.request(Method::PUT, url).body("two").send().await;
        assert_eq!(sent.expect(200), json!({ "id": second["id"] }));
        let again = client.server.request(Method::PUT, url).body("two").send().await;
        assert_error(&again, 409, "CONFLICT");

        let list = format!("/conversation/{chat}/attachment/list");
        let page = client.get(&list).await.expect(200);
        let known = |created: &Value| created["id"].as_str().unwrap().to_owned();
        assert_eq!(item_ids(&page), [known(&first), known(&second)]);
        let item = &page["items"][1];
        assert_eq!((&item["name"], &item["type"], &item["size"]), (&json!("two.txt"), &json!("text/x"), &json!(3)));
        let page = client.get(&format!("{list}?take=1&cursor={}", known(&first))).await.expect(200);
        assert_eq!(item_ids(&page), [known(&second)]);
        let path = format!("/conversation/{chat}/attachment/{}/download", known(&second));
        let found = client.get(&path).await.expect(200);
        assert_eq!(fetch(&client, found["url"].as_str().unwrap()).await.text(), "two");

        let other = client.create("conversation", json!({})).await;
        let elsewhere = format!("/conversation/{other}/attachment/{}/download", known(&second));
        assert_error(&client.get(&elsewhere).await, 404, "NOT_FOUND");
        client.delete("conversation", &chat).await;
        assert_error(&client.get(&path).await, 404, "NOT_FOUND");
        assert_error(&fetch(&client, found["url"].as_str().unwrap()).await, 404, "NOT_FOUND");
    }

    async fn conversation_vote_replaces_the_earlier_one(client: Client) {
        let chat = client.create("conversation", json!({})).await;
        let path = |verb: &str| format!("/conversation/{chat}/{verb}");
        for (verb, body, value, reason) in [
            ("upvote", json!({}), 100, None),
            ("upvote", json!({ "value": 7, "reason": "clear" }), 7, Some("clear")),
            ("downvote", json!({ "reason": "" }), -100, None),
            ("downvote", json!({ "value": -1, "reason": "dull" }), -1, Some("dull")),
        ] {
            assert_eq!(client.post(&path(verb), &body).await.expect(200), json!({ "id": chat }));
            let page = client.get(&path("vote/list")).await.expect(200);
            assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
            let vote = &page["items"][0];
            assert_eq!((vote["value"].as_i64(), vote["reason"].as_str()), (Some(value), reason));
        }
        for (verb, body) in [
            ("upvote", json!({ "value": 0 })), ("upvote", json!({ "value": -1 })), ("downvote", json!({ "value": 1 })),
            ("downvote", json!({ "reason": "x".repeat(4_097) })),
        ] {
            assert_error(&client.post(&path(verb), &body).await, 400, "BAD_REQUEST");
        }
        let unknown = "/conversation/conversation_00000000000000000000000000/upvote";
        assert_error(&client.post(unknown, &json!({})).await, 404, "NOT_FOUND");
        client.delete("conversation", &chat).await;
        assert_error(&client.get(&path("vote/list")).await, 404, "NOT_FOUND");
    }

    async fn speech_synthesis_is_not_implemented(client: Client) {
        let chat = client.create("conversation", json!({})).await;
        let body = json!({ "type": "bot", "text": "Hello" });
        let created = client.post(&format!("/conversation/{chat}/message/create"), &body).await.expect(200);
        let path = |id: &str| format!("/conversation/{chat}/message/{id}/synthesize");
        let reply = client.post(&path(created["id"].as_str().unwrap()), &json!({})).await;
        assert_error(&reply, 501, "NOT_IMPLEMENTED");
        assert_error(&client.post(&path("message_00000000000000000000000000"), &json!({})).await, 404, "NOT_FOUND");
    }
}
