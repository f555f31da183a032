//! Answers of assistants, on servers whose provider is `echo`.

mod opening;
mod restart;
mod stopping;
mod streaming;
mod summary;
mod tools;

use parlor_testkit::SseClient;
use serde_json::{Value, json};

use crate::fixture::{TestMember, TestWorkspace};
use crate::test_chat::open_stream;

/// An event of a response that is a stream.
struct ReplyEvent {
    name: Option<String>,
    /// Null for `[DONE]`.
    data: Value,
}

impl ReplyEvent {
    fn parse(text: &str) -> Self {
        let mut event = Self {
            name: None,
            data: Value::Null,
        };
        for line in text.lines() {
            match line.split_once(": ") {
                Some(("event", name)) => event.name = Some(name.to_owned()),
                Some(("data", "[DONE]")) => {}
                Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                _ => panic!("{line}"),
            }
        }
        event
    }

    fn choice(&self) -> &Value {
        assert_eq!(self.data["object"], "chat.completion.chunk");
        &self.data["choices"][0]
    }
}

/// The text of a stream's chunks.
fn streamed_text(chunks: &[ReplyEvent]) -> String {
    let contents = chunks
        .iter()
        .filter_map(|chunk| chunk.choice()["delta"]["content"].as_str());
    contents.collect()
}

impl TestWorkspace {
    /// Sends a message and receives the whole stream of its answer. The last event must be `[DONE]`, which is left out.
    async fn send_and_stream(
        &self,
        caller: &TestMember,
        path: &str,
        content: &str,
    ) -> Vec<ReplyEvent> {
        let body = json!({ "content": content, "stream": true });
        let response = self
            .post_request(caller, path, &body)
            .send_streaming()
            .await;
        assert_eq!(
            (
                response.status().as_u16(),
                &response.headers()["content-type"]
            ),
            (200, &http::HeaderValue::from_static("text/event-stream"))
        );
        let text = response.text().await.unwrap();
        let text = text.strip_suffix("data: [DONE]\n\n").unwrap();
        let events = text.split("\n\n").filter(|event| !event.is_empty());
        events.map(ReplyEvent::parse).collect()
    }

    /// Opens the live stream of a chat.
    async fn open_chat_events(&self, caller: &TestMember, chat: &Value) -> SseClient {
        open_stream(&self.server, &caller.token, chat, "", None)
            .await
            .0
    }

    /// Returns the contents of a chat's messages, oldest first.
    async fn contents(&self, chat: &Value) -> Vec<Value> {
        let path = format!("/chats/{}/messages?limit=100", chat["id"]);
        let newest_first = self.get(&self.g, &path).await.expect(200);
        let rows = newest_first.as_array().unwrap().iter().rev();
        rows.map(|row| row["content"].clone()).collect()
    }
}

/// Receives events up to the next message of the assistant, and returns that.
async fn next_answer(events: &mut SseClient) -> Value {
    loop {
        let event = events.next().await;
        if event.name == "chat:message_created" && event.data["role"] == "assistant" {
            return event.data;
        }
    }
}

/// Receives events up to one with this name.
async fn next_named(events: &mut SseClient, name: &str) -> Value {
    loop {
        let event = events.next().await;
        if event.name == name {
            return event.data;
        }
    }
}

fn messages_path(chat: &Value) -> String {
    format!("/chats/{}/messages", chat["id"])
}
