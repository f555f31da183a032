//! People who take over while an assistant answers.

use parlor_testkit::{SseClient, with_assistant};
use serde_json::{Value, json};

use super::{messages_path, next_answer, next_named};
use crate::fixture::TestWorkspace;

/// Asks something that takes minutes to answer, and returns the chat once the answer has begun, with its live stream and
/// the stream of the answer.
async fn begin_long_answer(
    setup: &TestWorkspace,
) -> (Value, SseClient, impl Future<Output = String>) {
    let chat = setup
        .create_chat(&setup.u, json!({ "channel": "web-chat" }))
        .await;
    let mut live = setup.open_chat_events(&setup.u, &chat).await;
    let content = format!("/slow 50\n{}", "word ".repeat(5_000));
    let body = json!({ "content": content, "stream": true });
    let request = setup.post_request(&setup.u, &messages_path(&chat), &body);
    let reply = request.send_streaming().await;
    next_named(&mut live, "chat:message_delta").await;
    (chat, live, async { reply.text().await.unwrap() })
}

with_assistant! {
    async fn taking_over_stops_the_answer(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        for way in ["message", "paused", "assistantEnabled", "archived"] {
            let (chat, mut live, reply) = begin_long_answer(&setup).await;
            let path = format!("/chats/{}", chat["id"]);
            match way {
                "message" => setup.post(&setup.g, &format!("{path}/send-assistant-message"), json!({ "message": "I am here" })).await,
                "paused" => setup.put(&setup.g, &path, json!({ "paused": true })).await,
                "archived" => setup.put(&setup.g, &path, json!({ "archived": true })).await,
                _ => setup.put(&setup.g, &path, json!({ "assistantEnabled": false })).await,
            }.expect(200);
            let whole = reply.await;
            let (_, end) = whole.split_once("event: error\n").unwrap();
            assert!(end.contains("\"code\":\"assistant_stopped\"") && end.ends_with("data: [DONE]\n\n"), "{way}: {end}");
            let failed = next_named(&mut live, "chat:message_failed").await;
            assert_eq!(failed["error"]["code"], "assistant_stopped");
            // Nothing more of it appears: the next answer is that of the next question.
            setup.put(&setup.g, &path, json!({ "paused": false, "assistantEnabled": true, "archived": false })).await.expect(200);
            setup.send_message(&setup.u, &chat, "and now").await;
            loop {
                let answer = next_answer(&mut live).await;
                if answer["content"] != "I am here" {
                    break assert_eq!(answer["content"], "You said: and now");
                }
            }
            let count = if way == "message" { 4 } else { 3 };
            assert_eq!(setup.contents(&chat).await.len(), count, "{way}");
        }
    }
}
