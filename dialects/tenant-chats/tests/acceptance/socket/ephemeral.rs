//! Typing and read marks.

use parlor_testkit::both;
use serde_json::json;

use super::{connect, create_user_chat, post_message};
use crate::requests::{get_json, path_of_chat};

both! {
    async fn ephemeral_events_are_published_and_not_stored(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut one, _) = connect(&server, &chat, "u1", "&v=2").await;
        let (mut other, _) = connect(&server, &chat, "u1", "&v=2").await;
        // A socket that received the second of two messages is live, and receives ephemeral events.
        for text in ["a", "b"] {
            post_message(&server, &chat, text).await;
            for socket in [&mut one, &mut other] {
                assert_eq!(socket.next().await["message"]["content"], text);
            }
        }
        let before = get_json(&server, &format!("{}/log", path_of_chat(&chat))).await["last_seq"].clone();
        for _ in 0..3 {
            one.send(&json!({ "action": "typing", "state": "start" })).await;
        }
        let typing = other.next().await;
        assert_eq!((&typing["event_type"], &typing["user_id"], &typing["state"]), (&json!("typing"), &json!("u1"), &json!("start")));
        // One event for three frames. The next frames end typing, and contain the message.
        one.send(&json!({ "content": "done" })).await;
        let frames = [other.next().await, other.next().await];
        let event_types: Vec<_> = frames.iter().map(|frame| frame["event_type"].as_str().unwrap()).collect();
        assert!(event_types.contains(&"typing") && event_types.contains(&"message_created"), "{event_types:?}");
        let seq = one.next().await["seq"].clone();
        one.send(&json!({ "action": "read", "seq": seq })).await;
        let read_mark = other.next().await;
        assert_eq!((&read_mark["event_type"], &read_mark["seq"]), (&json!("read"), &seq));
        let after = get_json(&server, &format!("{}/log", path_of_chat(&chat))).await["last_seq"].clone();
        assert_eq!(after.as_i64(), before.as_i64().map(|before| before + 1));
    }

    async fn pending_read_mark_is_stored_on_close(server: TestServer) {
        let chat = create_user_chat(&server).await;
        post_message(&server, &chat, "one").await;
        let (mut reader, _) = connect(&server, &chat, "u1", "&v=2").await;
        let (mut other, _) = connect(&server, &chat, "u1", "&v=2").await;
        // A socket that received the second of two messages is live, and receives ephemeral events.
        for text in ["two", "three"] {
            post_message(&server, &chat, text).await;
            for socket in [&mut reader, &mut other] {
                assert_eq!(socket.next().await["message"]["content"], text);
            }
        }
        reader.send(&json!({ "action": "read", "seq": 2 })).await;
        reader.send(&json!({ "action": "ping" })).await;
        assert_eq!(reader.next().await["event_type"], "pong");
        reader.close().await;
        let read_mark = other.next().await;
        assert_eq!((&read_mark["event_type"], &read_mark["seq"]), (&json!("read"), &json!(2)));
    }
}
