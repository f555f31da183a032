//! Answers under way when the server stops.

use parlor_testkit::with_assistant;
use serde_json::json;

use super::{messages_path, next_answer, next_named};
use crate::fixture::TestWorkspace;
use crate::test_chat::open_stream;

with_assistant! {
    async fn answer_interrupted_by_a_stop_appears_once_after_the_start(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let mut live = setup.open_chat_events(&setup.u, &chat).await;
        let words = "one two three four five six seven eight nine ten";
        let question = format!("/slow 100\n{words}");
        let body = json!({ "content": question, "stream": true });
        let reply = setup.post_request(&setup.u, &messages_path(&chat), &body).send_streaming().await;
        let asked = live.next().await;
        next_named(&mut live, "chat:message_delta").await;
        setup.server.stop().await;
        assert!(!setup.server.logs().contains("at the stop"), "a stream held the server up");
        let whole = reply.text().await.unwrap();
        let (_, end) = whole.split_once("event: error\n").unwrap();
        assert!(end.contains("\"code\":\"unavailable\"") && end.ends_with("data: [DONE]\n\n"), "{end}");
        setup.server.restart().await;
        let (mut live, _) = open_stream(&setup.server, &setup.u.token, &chat, "", Some(&asked.id)).await;
        let answer = format!("You said: {words}");
        assert_eq!(next_answer(&mut live).await["content"], answer);
        assert_eq!(setup.contents(&chat).await, [question, answer]);
    }
}
