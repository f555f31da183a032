//! The client's requests about chats and direct messages.

use serde_json::json;

use super::client::TypedClient;
use crate::reader::{read_chat, read_message};

impl TypedClient {
    /// The life of a chat.
    pub(super) async fn check_chats(&self, mia: i64, flow: i64) {
        let id = read_chat(&self.post("/chats", json!({ "channel": "web-chat", "workflowId": flow, "memberId": mia, "title": "Parcel" })).await);
        let path = format!("/chats/{id}");
        read_chat(&self.get(&path).await);
        read_chat(&self.find_in_list("/chats?pageSize=100", id).await);
        read_message(
            &self
                .post(&format!("{path}/messages"), json!({ "content": "Hello" }))
                .await,
        );
        read_message(
            &self
                .post(&format!("{path}/messages"), json!("Anybody?"))
                .await,
        );
        let sent = self
            .post(
                &format!("{path}/send-assistant-message"),
                json!({ "message": "Yes" }),
            )
            .await;
        assert!(sent.field("success").flag());
        let answer = sent.field("messageUuid").text();
        assert_eq!(read_message(&sent.field("chatMessage")), answer);
        let rated = self
            .post(
                &format!("{path}/messages/{answer}/rate"),
                json!({ "rating": "up" }),
            )
            .await;
        assert_eq!(rated.field("rating").text(), "up");
        let posted: Vec<_> = self
            .list(&format!("{path}/messages"))
            .await
            .iter()
            .map(read_message)
            .collect();
        assert_eq!((posted.len(), &posted[0]), (3, &answer));
        assert_eq!(
            self.list(&format!("{path}/messages?limit=1&offset=1"))
                .await
                .len(),
            1
        );
        assert_eq!(
            self.list(&format!("{path}/messages?page=2&pageSize=2"))
                .await
                .len(),
            1
        );
        self.get("/chats/needs-response")
            .await
            .field("chatIds")
            .items();
        let changed = self
            .send("PUT", &path, json!({ "title": "Letter", "paused": true }))
            .await;
        assert!(read_chat(&changed) == id && changed.field("paused").flag());
        assert!(
            self.post(&format!("{path}/archive"), json!({}))
                .await
                .field("archived")
                .flag()
        );
        self.find_in_list("/chats?archived=true", id).await;
        assert!(
            !self
                .post(&format!("{path}/unarchive"), json!({}))
                .await
                .field("archived")
                .flag()
        );
        let export = self.get(&format!("{path}/export")).await;
        assert_eq!(read_chat(&export.field("chat")), id);
        let exported: Vec<_> = export
            .field("messages")
            .items()
            .iter()
            .map(read_message)
            .collect();
        assert_eq!(
            exported.iter().rev().collect::<Vec<_>>(),
            posted.iter().collect::<Vec<_>>()
        );
        let usage = self.get(&format!("{path}/token-usage")).await;
        for count in ["inputTokens", "outputTokens", "totalTokens"] {
            assert_eq!(usage.field(count).number(), 0);
        }
        let all = self
            .send_request("GET", &self.path("/chats/export"), None)
            .await;
        assert!(all.status == 200 && all.text().contains("Letter"));
        self.delete(&path).await;
        self.send_request("GET", &self.path(&path), None)
            .await
            .expect(404);
    }

    /// Direct messages.
    pub(super) async fn check_direct_messages(&self, mia: i64) {
        let id = read_chat(&self.post("/chats/dm", json!({ "memberId": mia })).await);
        let path = format!("/dms/{id}");
        let posted = read_message(
            &self
                .post(
                    &format!("{path}/messages"),
                    json!({ "content": "Between us" }),
                )
                .await,
        );
        assert_eq!(read_chat(&self.find_in_list("/dms", id).await), id);
        assert_eq!(read_chat(&self.get(&path).await), id);
        assert_eq!(
            read_message(&self.list(&format!("{path}/messages")).await[0]),
            posted
        );
    }
}
