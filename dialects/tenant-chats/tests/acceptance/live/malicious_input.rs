//! Foreign conversations and invalid frames.

use parlor_testkit::both;
use serde_json::{Value, json};

use super::{connect, create_titled_chat, next_frame};
use crate::requests::AsTenantA;

both! {
    async fn another_tenants_conversation_is_unknown(server: TestServer) {
        let foreign = server.post("/api/v1/chats/").by_b(&server).json(&json!({ "user_id": "u1" }));
        let foreign: Value = foreign.send().await.expect(201);
        create_titled_chat(&server, "u1", "Mine").await;
        let others = create_titled_chat(&server, "somebody-else", "Not mine").await;
        let (mut socket, _) = connect(&server, "u1").await;
        let mut answers = Vec::new();
        for id in [&foreign["id"], &others["id"], &json!("00000000-0000-7000-8000-000000000000")] {
            socket.send(&json!({ "action": "subscribe", "conversation": id, "last_seq": 0, "ref": "x" })).await;
            let mut answer = next_frame(&mut socket).await;
            assert_eq!(answer["conversation"], *id);
            answer["conversation"].take();
            answer["timestamp"].take();
            answers.push(answer);
        }
        assert_eq!(answers[0]["error_code"], "CHAT_NOT_FOUND");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        for action in ["send", "read", "typing", "history", "unsubscribe"] {
            socket.send(&json!({ "action": action, "conversation": foreign["id"], "content": "x", "state": "start", "seq": 1 })).await;
            assert_eq!(next_frame(&mut socket).await["error_code"], "NOT_SUBSCRIBED", "{action}");
        }
    }

    async fn invalid_frames_close_the_socket_and_refused_subscriptions_do_not(server: TestServer) {
        let one = create_titled_chat(&server, "u1", "One").await;
        let (mut socket, _) = connect(&server, "u1").await;
        for n in 0..30 {
            socket.send(&json!({ "action": "subscribe", "conversation": "no id", "ref": n.to_string() })).await;
            let refused = next_frame(&mut socket).await;
            assert_eq!((&refused["error_code"], &refused["ref"]), (&json!("INVALID_JSON"), &json!(n.to_string())));
        }
        let long = json!({ "action": "subscribe", "ref": "x".repeat(65) }).to_string();
        let many = json!({ "action": "subscribe", "conversations": vec![json!({}); 201] }).to_string();
        for (text, code) in [
            ("not json", "INVALID_JSON"),
            ("[]", "INVALID_JSON"),
            (r#"{"action":"dance"}"#, "UNKNOWN_ACTION"),
            (r#"{"action":"subscribe","conversation":7}"#, "INVALID_JSON"),
            (r#"{"action":"subscribe","conversations":{}}"#, "INVALID_JSON"),
            (r#"{"action":"subscribe","conversations":[]}"#, "INVALID_JSON"),
            (many.as_str(), "INVALID_JSON"),
            (long.as_str(), "INVALID_JSON"),
            (r#"{"content":"to nobody"}"#, "INVALID_JSON"),
        ] {
            socket.send_text(text).await;
            assert_eq!(next_frame(&mut socket).await["error_code"], code, "{text}");
        }
        // A valid frame resets the count.
        socket.send(&json!({ "action": "subscribe", "conversation": one["id"], "last_seq": -5, "epoch": 9.5.to_string() })).await;
        assert_eq!(next_frame(&mut socket).await["resumed"], false);
        for _ in 0..9 {
            socket.send_binary(vec![1]).await;
            assert_eq!(next_frame(&mut socket).await["error_code"], "INVALID_JSON");
        }
        socket.send_binary(vec![1]).await;
        assert_eq!(next_frame(&mut socket).await["error_code"], "INVALID_JSON");
        assert_eq!(next_frame(&mut socket).await["fatal"], true);
        assert_eq!(socket.expect_close().await, 4400);
    }

    async fn field_of_wrong_type_is_named(server: TestServer) {
        let one = create_titled_chat(&server, "u1", "One").await;
        let (mut socket, _) = connect(&server, "u1").await;
        let good = json!({ "action": "subscribe", "conversation": one["id"] });
        for (frame, message) in [
            (json!({ "action": "subscribe", "conversation": 7 }), "conversation has the wrong type: must be a string"),
            (json!({ "action": "subscribe", "conversation": one["id"], "epoch": 9 }), "epoch has the wrong type: must be a string"),
            (json!({ "action": "subscribe", "conversations": {} }), "conversations has the wrong type: must be an array"),
            (json!({ "action": "subscribe", "conversations": [good, { "conversation": [] }] }), "conversations[1].conversation has the wrong type: must be a string"),
            (json!({ "action": "list", "position": 1 }), "position has the wrong type: must be a string"),
            (json!({ "action": "history", "conversation": one["id"], "limit": "5" }), "limit has the wrong type: must be a whole number"),
            (json!({ "action": 1 }), "action has the wrong type: must be a string"),
        ] {
            socket.send(&frame).await;
            let answer = next_frame(&mut socket).await;
            assert_eq!((&answer["error_code"], &answer["error_message"]), (&json!("INVALID_JSON"), &json!(message)), "{frame}");
        }
    }

    async fn oversize_frame_closes_the_socket(server: TestServer) {
        create_titled_chat(&server, "u1", "Mine").await;
        let (mut socket, _) = connect(&server, "u1").await;
        socket.send_text(&" ".repeat(1024 * 1024 + 1)).await;
        assert_eq!(socket.next().await["error_code"], "FRAME_TOO_LARGE");
    }
}
