//! Sending and receiving messages.

use parlor_testkit::both;
use serde_json::json;

use super::{connect, create_user_chat, post_message};
use crate::requests::{get_json, path_of_chat};

both! {
    async fn case_17_message_is_stored_before_its_acknowledgement(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        socket.send(&json!({ "content": "hello", "metadata": { "from": "phone" } })).await;
        let received = socket.next().await;
        assert_eq!(received["event_type"], "message_received");
        assert_eq!((&received["chat_id"], &received["user_id"]), (&chat["id"], &json!("u1")));
        assert_eq!(received["content"], "hello");
        let page = get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await;
        let stored = &page["messages"][0];
        assert_eq!((&stored["id"], &stored["content"], &stored["sender_role"]),
            (&received["message_id"], &json!("hello"), &json!("user")));
        assert_eq!(stored["metadata"], json!({ "from": "phone" }));
        assert!(get_json(&server, &path_of_chat(&chat)).await["last_message_at"].is_string());
    }

    async fn case_19_ten_invalid_frames_close_the_socket(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        let long = json!({ "content": "x".repeat(32_769) }).to_string();
        for (text, code, why) in [
            ("{}", "CONTENT_REQUIRED", "content is required"),
            (r#"{"content":" "}"#, "CONTENT_REQUIRED", "content must not be blank"),
            (r#"{"content":7}"#, "CONTENT_REQUIRED", "content must be a string"),
            (r#"{"content":"hi","client_message_id":7}"#, "INVALID_JSON", "client_message_id has the wrong type"),
            (r#"{"content":"a\u0000"}"#, "INVALID_JSON", "content must not contain U+0000"),
            ("not json", "INVALID_JSON", "A frame is one JSON object"),
            (long.as_str(), "CONTENT_TOO_LONG", "content is at most 32,768 characters"),
            (r#"{"action":"dance"}"#, "UNKNOWN_ACTION", "action"),
        ] {
            socket.send_text(text).await;
            let error = socket.next().await;
            assert_eq!((&error["error_code"], &error["fatal"]), (&json!(code), &json!(false)), "{text:.40}");
            assert!(error["message"].as_str().unwrap().contains(why), "{error}");
            assert_eq!(error["error_message"], error["message"]);
            assert!(error["details"]["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{error}");
        }
        socket.send_binary(vec![1, 2, 3]).await;
        assert_eq!(socket.next().await["error_code"], "INVALID_JSON");
        socket.send(&json!({ "content": "a good one" })).await;
        assert_eq!(socket.next().await["event_type"], "message_received");
        for _ in 0..10 {
            socket.send_text("{}").await;
            assert_eq!(socket.next().await["error_code"], "CONTENT_REQUIRED");
        }
        assert_eq!(socket.next().await["fatal"], true);
        assert_eq!(socket.expect_close().await, 4400);
    }

    async fn case_22_a_repeated_send_is_stored_once(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "&v=2").await;
        let send = json!({ "action": "send", "content": "once", "client_message_id": "c-1", "ref": "7" });
        socket.send(&send).await;
        let first = socket.next().await;
        socket.send(&send).await;
        let again = socket.next().await;
        assert_eq!((&first["duplicate"], &again["duplicate"]), (&json!(false), &json!(true)));
        assert_eq!(first["message_id"], again["message_id"]);
        assert_eq!((&first["seq"], &first["ref"], &first["client_message_id"]), (&again["seq"], &json!("7"), &json!("c-1")));
        assert_eq!(get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await["total"], 1);
    }

    async fn case_25_sender_gets_an_acknowledgement_and_others_the_message(server: TestServer) {
        let chat = create_user_chat(&server).await;
        for more in ["", "&v=2"] {
            let (mut sender, _) = connect(&server, &chat, "u1", more).await;
            let (mut other, _) = connect(&server, &chat, "u1", more).await;
            sender.send(&json!({ "content": "to both" })).await;
            let received = sender.next().await;
            let created = other.next().await;
            assert_eq!(received["event_type"], "message_received");
            assert_eq!(created["event_type"], "message_created");
            assert_eq!(created["message"]["id"], received["message_id"]);
            post_message(&server, &chat, "to all").await;
            for socket in [&mut sender, &mut other] {
                assert_eq!(socket.next().await["message"]["content"], "to all");
            }
        }
    }

    async fn oversize_frame_closes_the_socket(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        socket.send(&json!({ "content": "x", "metadata": { "much": "x".repeat(1024 * 1024) } })).await;
        assert_eq!(socket.next().await["error_code"], "FRAME_TOO_LARGE");
        assert_eq!(socket.expect_close().await, 1009);
    }
}
