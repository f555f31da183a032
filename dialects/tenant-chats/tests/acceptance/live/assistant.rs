//! Answers of assistants on the socket for many conversations.

use parlor_testkit::with_assistant;
use serde_json::json;

use super::{connect, create_titled_chat, next_frame_of_type, subscribe};

with_assistant! {
    async fn answers_are_streamed_and_cancelled_in_their_conversation(server: TestServer) {
        let (one, two) = (create_titled_chat(&server, "u1", "One").await, create_titled_chat(&server, "u1", "Two").await);
        let (mut socket, _) = connect(&server, "u1").await;
        subscribe(&mut socket, &[&one, &two]).await;
        let words = format!("/slow 20\n{}", "word ".repeat(2_000));
        for (chat, content) in [(&one, words.as_str()), (&two, "hello")] {
            socket.send(&json!({ "conversation": chat["id"], "content": content })).await;
        }
        let quick = next_frame_of_type(&mut socket, "message_stream_ended").await;
        assert_eq!((&quick["conversation"], &quick["content"]), (&two["id"], &json!("You said: hello")));
        // In the other conversation nothing is under way any more.
        socket.send(&json!({ "action": "cancel", "conversation": two["id"] })).await;
        assert_eq!(next_frame_of_type(&mut socket, "error").await["error_code"], "NOT_FOUND");
        let token = next_frame_of_type(&mut socket, "message_stream_token").await;
        assert_eq!(token["conversation"], one["id"]);
        let cancel = json!({ "action": "cancel", "conversation": one["id"], "message_id": token["message_id"] });
        socket.send(&cancel).await;
        let cancelled = next_frame_of_type(&mut socket, "message_stream_ended").await;
        assert_eq!((&cancelled["conversation"], &cancelled["finish_reason"]), (&one["id"], &json!("cancelled")));
        let stored = next_frame_of_type(&mut socket, "message_created").await;
        assert_eq!((&stored["message_id"], &stored["message"]["status"]), (&token["message_id"], &json!("cancelled")));
    }
}
