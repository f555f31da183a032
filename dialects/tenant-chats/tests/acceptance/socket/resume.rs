//! Resuming the log, and reading it backwards.

use parlor_testkit::both;
use serde_json::json;

use super::{connect, create_user_chat, post_message};
use crate::requests::{AsTenantA, path_of_chat};

both! {
    async fn case_23_missed_entries_are_replayed(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, first) = connect(&server, &chat, "u1", "&v=2").await;
        let epoch = first["epoch"].as_str().unwrap().to_owned();
        socket.send(&json!({ "content": "before" })).await;
        let last = socket.next().await["seq"].as_i64().unwrap();
        socket.close().await;
        for n in 0..3 {
            post_message(&server, &chat, &format!("missed {n}")).await;
        }
        let change = server.patch(&path_of_chat(&chat)).by_a(&server);
        change.json(&json!({ "title": "New" })).send().await.expect(200);
        let (mut socket, first) = connect(&server, &chat, "u1", &format!("&v=2&last_seq={last}&epoch={epoch}")).await;
        assert_eq!((&first["resumed"], &first["replayed"]), (&json!(true), &json!(4)));
        for (n, event_type) in ["message_created", "message_created", "message_created", "chat_updated"].iter().enumerate() {
            let entry = socket.next().await;
            assert_eq!(entry["seq"], json!(last + 1 + n as i64));
            assert_eq!(entry["event_type"], *event_type);
        }
        post_message(&server, &chat, "live again").await;
        let live = socket.next().await;
        assert_eq!((&live["seq"], &live["message"]["content"]), (&json!(last + 5), &json!("live again")));
    }

    async fn case_24_unknown_epoch_is_not_resumed(server: TestServer) {
        let chat = create_user_chat(&server).await;
        post_message(&server, &chat, "old").await;
        let (_, first) = connect(&server, &chat, "u1", "&v=2").await;
        let epoch = first["epoch"].as_str().unwrap();
        assert!(first.get("reason").is_none(), "no position was named: {first}");
        let other = "epoch=00000000-0000-0000-0000-000000000000";
        for (more, reason) in [
            (format!("&v=2&last_seq=1&{other}"), "UNKNOWN_EPOCH"),
            ("&v=2&last_seq=1".to_owned(), "EPOCH_MISSING"),
            (format!("&v=2&last_seq=99&epoch={epoch}"), "UNKNOWN_POSITION"),
            (format!("&v=2&last_seq=-1&epoch={epoch}"), "INVALID_POSITION"),
            (format!("&v=2&last_seq=&epoch={epoch}"), "INVALID_POSITION"),
            (format!("&v=2&last_seq=1.5&epoch={epoch}"), "INVALID_POSITION"),
            (format!("&v=2&last_seq=99999999999999999999&epoch={epoch}"), "INVALID_POSITION"),
        ] {
            let (mut socket, first) = connect(&server, &chat, "u1", &more).await;
            assert_eq!((&first["resumed"], &first["replayed"]), (&json!(false), &json!(0)), "{more}");
            assert_eq!(first["reason"], reason, "{more}");
            socket.send(&json!({ "action": "ping", "ref": "9" })).await;
            let pong = socket.next().await;
            assert_eq!((&pong["event_type"], &pong["ref"]), (&json!("pong"), &json!("9")));
        }
    }

    async fn history_is_read_backwards_on_the_socket(server: TestServer) {
        let chat = create_user_chat(&server).await;
        for n in 0..5 {
            post_message(&server, &chat, &format!("m{n}")).await;
        }
        let (mut socket, _) = connect(&server, &chat, "u1", "&v=2").await;
        let mut before = i64::MAX;
        let mut texts_read = Vec::new();
        loop {
            socket.send(&json!({ "action": "history", "before_seq": before, "limit": 2, "ref": "h" })).await;
            let page = socket.next().await;
            assert_eq!((&page["event_type"], &page["ref"]), (&json!("history"), &json!("h")));
            let messages = page["messages"].as_array().unwrap();
            before = messages[0]["seq"].as_i64().unwrap();
            let texts = messages.iter().map(|message| message["content"].as_str().unwrap().to_owned());
            texts_read.splice(0..0, texts);
            if page["has_more"] == false {
                break;
            }
        }
        assert_eq!(texts_read, ["m0", "m1", "m2", "m3", "m4"]);
        socket.send(&json!({ "action": "history", "limit": 101 })).await;
        assert_eq!(socket.next().await["error_code"], "INVALID_JSON");
    }
}
