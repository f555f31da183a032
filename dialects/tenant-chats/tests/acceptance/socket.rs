//! The socket, in both versions.

use std::time::Duration;

use parlor_testkit::{TestServer, TestSocket, both};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, create_chat, get_json, path_of_chat};

fn socket_path(server: &TestServer, chat: &Value, user: &str, more: &str) -> String {
    let (key, chat) = (&server.a.key, chat["id"].as_str().unwrap());
    format!("/ws/chat?api_key={key}&user_id={user}&chat_id={chat}{more}")
}

/// A socket and its first frame.
async fn connect(server: &TestServer, chat: &Value, user: &str, more: &str) -> (TestSocket, Value) {
    let mut socket = server
        .open_socket(&socket_path(server, chat, user, more), &[])
        .await;
    let first = socket.next().await;
    (socket, first)
}

async fn create_user_chat(server: &TestServer) -> Value {
    create_chat(server, json!({ "user_id": "u1", "title": "Parcel" })).await
}

async fn post_message(server: &TestServer, chat: &Value, content: &str) -> Value {
    let request = server
        .post(&format!("{}/messages", path_of_chat(chat)))
        .by_a(server);
    request
        .json(&json!({ "content": content }))
        .send()
        .await
        .expect(201)
}

both! {
    async fn case_14_the_first_event_names_user_chat_and_tenant(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (_socket, first) = connect(&server, &chat, "u1", "").await;
        assert_eq!(first["event_type"], "connection_established");
        assert!(first["timestamp"].as_str().unwrap().ends_with('Z'));
        assert_eq!((&first["user_id"], &first["chat_id"]), (&json!("u1"), &chat["id"]));
        assert_eq!(first["tenant_id"], server.a.workspace.to_string());
        assert!(first.get("seq").is_none(), "version 1 knows no positions: {first}");
    }

    async fn case_15_headers_serve_as_well_and_win(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let headers = [
            ("X-API-Key", server.a.key.as_str()),
            ("X-User-ID", "u1"),
            ("X-Chat-ID", chat["id"].as_str().unwrap()),
        ];
        let mut socket = server.open_socket("/ws/chat?user_id=somebody-else", &headers).await;
        let first = socket.next().await;
        assert_eq!((&first["event_type"], &first["user_id"]), (&json!("connection_established"), &json!("u1")));
    }

    async fn case_16_what_is_wrong_is_said_before_the_end(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let id = chat["id"].as_str().unwrap();
        let (a, b) = (&server.a.key, &server.b.key);
        let unknown = "00000000-0000-7000-8000-000000000000";
        for (query, code, word) in [
            (format!("user_id=u1&chat_id={id}"), 4401, "AUTH_ERROR"),
            (format!("api_key=nope&user_id=u1&chat_id={id}"), 4401, "AUTH_ERROR"),
            (format!("api_key={a}&user_id=u1"), 4400, "AUTH_ERROR"),
            (format!("api_key={a}&chat_id={id}"), 4400, "AUTH_ERROR"),
            (format!("api_key={a}&user_id=u1&chat_id=nope"), 4400, "INVALID_PARAMETERS"),
            (format!("api_key={a}&user_id=u1&chat_id={id}&v=3"), 4400, "INVALID_PARAMETERS"),
            (format!("api_key={a}&user_id=u1&chat_id={unknown}"), 4404, "CHAT_NOT_FOUND"),
            (format!("api_key={b}&user_id=u1&chat_id={id}"), 4404, "CHAT_NOT_FOUND"),
        ] {
            let mut socket = server.open_socket(&format!("/ws/chat?{query}"), &[]).await;
            let said = socket.next().await;
            let told = (&said["event_type"], &said["error_code"], &said["fatal"]);
            assert_eq!(told, (&json!("error"), &json!(word), &json!(true)), "{query}");
            assert_eq!(said["error_message"], said["message"], "{query}");
            assert!(said["details"]["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{said}");
            assert_eq!(socket.expect_close().await, code, "{query}");
        }
        // The vendor's page names what is missing, and the chat.
        for (query, message, fix) in [
            (format!("api_key={a}&chat_id={id}"), "Missing user_id parameter", "X-User-ID"),
            (format!("api_key={a}&user_id=u1"), "Missing chat_id parameter", "X-Chat-ID"),
            (format!("api_key={a}&user_id=u1&chat_id={unknown}"), unknown, "POST /api/v1/chats/"),
            (format!("api_key={b}&user_id=u1&chat_id={id}"), "not found or does not belong to your tenant", "POST /api/v1/chats/"),
        ] {
            let mut socket = server.open_socket(&format!("/ws/chat?{query}"), &[]).await;
            let said = socket.next().await;
            assert!(said["error_message"].as_str().unwrap().contains(message), "{said}");
            assert!(said["details"]["fix"].as_str().unwrap().contains(fix), "{said}");
        }
        let plain = server.get(&socket_path(&server, &chat, "u1", "")).send().await;
        assert_eq!(plain.status, 426);
    }

    async fn case_17_what_is_said_is_stored_before_it_is_confirmed(server: TestServer) {
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

    async fn case_19_mistakes_leave_the_socket_open_until_there_are_ten(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        let long = json!({ "content": "x".repeat(32_769) }).to_string();
        for (text, word, why) in [
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
            let said = socket.next().await;
            assert_eq!((&said["error_code"], &said["fatal"]), (&json!(word), &json!(false)), "{text:.40}");
            assert!(said["message"].as_str().unwrap().contains(why), "{said}");
            assert_eq!(said["error_message"], said["message"]);
            assert!(said["details"]["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{said}");
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

    async fn case_20_another_user_joins_and_is_made_once(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, first) = connect(&server, &chat, "second", "").await;
        assert_eq!(first["user_id"], "second");
        let made = socket.next().await;
        assert_eq!((&made["event_type"], &made["user_id"]), (&json!("user_created"), &json!("second")));
        socket.close().await;
        let (mut again, _) = connect(&server, &chat, "second", "").await;
        again.send(&json!({ "content": "me again" })).await;
        assert_eq!(again.next().await["event_type"], "message_received");
    }

    async fn case_21_a_chat_in_use_is_not_deleted_unless_forced(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (socket, _) = connect(&server, &chat, "u1", "").await;
        let busy = server.delete(&path_of_chat(&chat)).by_a(&server).send().await;
        assert_eq!((busy.status, busy.json()["error_code"].clone()), (409, json!("CHAT_IN_USE")));
        socket.close().await;
        // The server notices the end of a socket a moment after the client.
        let mut status = 409;
        for _ in 0..200 {
            let reply = server.delete(&path_of_chat(&chat)).by_a(&server).send().await;
            status = reply.status;
            if status != 409 {
                assert_eq!(reply.json()["success"], true);
                assert!(reply.json()["deleted_at"].is_string());
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(status, 200);
        assert_eq!(server.delete(&path_of_chat(&chat)).by_a(&server).send().await.status, 404);

        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        let forced = server.delete(&format!("{}?force=true", path_of_chat(&chat))).by_a(&server).send().await;
        assert_eq!(forced.status, 200);
        assert_eq!(socket.next().await["error_code"], "CHAT_DELETED");
        assert_eq!(socket.expect_close().await, 4410);
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

    async fn case_23_nothing_that_was_missed_is_missing(server: TestServer) {
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
        for (n, word) in ["message_created", "message_created", "message_created", "chat_updated"].iter().enumerate() {
            let entry = socket.next().await;
            assert_eq!(entry["seq"], json!(last + 1 + n as i64));
            assert_eq!(entry["event_type"], *word);
        }
        post_message(&server, &chat, "live again").await;
        let live = socket.next().await;
        assert_eq!((&live["seq"], &live["message"]["content"]), (&json!(last + 5), &json!("live again")));
    }

    async fn case_24_another_history_is_not_resumed(server: TestServer) {
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

    async fn case_25_the_sender_is_confirmed_and_the_others_are_told(server: TestServer) {
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

    async fn what_passes_is_told_to_the_others_and_kept_nowhere(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut one, _) = connect(&server, &chat, "u1", "&v=2").await;
        let (mut other, _) = connect(&server, &chat, "u1", "&v=2").await;
        // Who hears the second of two follows what happens, and so hears what passes.
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
        // Said once: what follows is the word that ends it, and then the message.
        one.send(&json!({ "content": "done" })).await;
        let heard = [other.next().await, other.next().await];
        let words: Vec<_> = heard.iter().map(|frame| frame["event_type"].as_str().unwrap()).collect();
        assert!(words.contains(&"typing") && words.contains(&"message_created"), "{words:?}");
        let seq = one.next().await["seq"].clone();
        one.send(&json!({ "action": "read", "seq": seq })).await;
        let read_mark = other.next().await;
        assert_eq!((&read_mark["event_type"], &read_mark["seq"]), (&json!("read"), &seq));
        let after = get_json(&server, &format!("{}/log", path_of_chat(&chat))).await["last_seq"].clone();
        assert_eq!(after.as_i64(), before.as_i64().map(|before| before + 1));
    }

    async fn what_was_read_last_is_kept_when_the_socket_ends(server: TestServer) {
        let chat = create_user_chat(&server).await;
        post_message(&server, &chat, "one").await;
        let (mut reader, _) = connect(&server, &chat, "u1", "&v=2").await;
        let (mut other, _) = connect(&server, &chat, "u1", "&v=2").await;
        // Who hears the second of two follows what happens, and so hears what passes.
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

    async fn history_is_read_backwards_on_the_socket(server: TestServer) {
        let chat = create_user_chat(&server).await;
        for n in 0..5 {
            post_message(&server, &chat, &format!("m{n}")).await;
        }
        let (mut socket, _) = connect(&server, &chat, "u1", "&v=2").await;
        let mut before = i64::MAX;
        let mut told = Vec::new();
        loop {
            socket.send(&json!({ "action": "history", "before_seq": before, "limit": 2, "ref": "h" })).await;
            let page = socket.next().await;
            assert_eq!((&page["event_type"], &page["ref"]), (&json!("history"), &json!("h")));
            let messages = page["messages"].as_array().unwrap();
            before = messages[0]["seq"].as_i64().unwrap();
            let texts = messages.iter().map(|message| message["content"].as_str().unwrap().to_owned());
            told.splice(0..0, texts);
            if page["has_more"] == false {
                break;
            }
        }
        assert_eq!(told, ["m0", "m1", "m2", "m3", "m4"]);
        socket.send(&json!({ "action": "history", "limit": 101 })).await;
        assert_eq!(socket.next().await["error_code"], "INVALID_JSON");
    }

    async fn a_closed_chat_ends_its_sockets_and_takes_no_more(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        let close = server.patch(&path_of_chat(&chat)).by_a(&server);
        close.json(&json!({ "status": "closed" })).send().await.expect(200);
        assert_eq!(socket.next().await["error_code"], "CHAT_CLOSED");
        assert_eq!(socket.expect_close().await, 4403);
        let (mut late, said) = connect(&server, &chat, "u1", "").await;
        assert_eq!(said["error_code"], "CHAT_CLOSED");
        assert_eq!(late.expect_close().await, 4403);
    }

    async fn a_user_has_twenty_sockets_and_no_more(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let mut held = Vec::new();
        for _ in 0..20 {
            held.push(connect(&server, &chat, "u1", "").await);
        }
        let (mut socket, said) = connect(&server, &chat, "u1", "").await;
        assert_eq!(said["error_code"], "RATE_LIMITED");
        assert_eq!(socket.expect_close().await, 4429);
        let (_, first) = connect(&server, &chat, "another", "").await;
        assert_eq!(first["event_type"], "connection_established");
    }

    async fn a_frame_that_is_too_large_ends_the_socket(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        socket.send(&json!({ "content": "x", "metadata": { "much": "x".repeat(1024 * 1024) } })).await;
        assert_eq!(socket.next().await["error_code"], "FRAME_TOO_LARGE");
        assert_eq!(socket.expect_close().await, 1009);
    }

    async fn a_token_opens_one_chat_for_one_user_until_its_end(server: TestServer) {
        let (chat, other) = (create_user_chat(&server).await, create_user_chat(&server).await);
        let tokens = format!("{}/tokens", path_of_chat(&chat));
        let ask = async |body: Value| server.post(&tokens).by_a(&server).json(&body).send().await;
        let made = ask(json!({ "user_id": "u1", "ttl_seconds": 60 })).await.expect(201);
        let token = made["token"].as_str().unwrap();
        assert!(made["expires_at"].as_str().unwrap().ends_with('Z'));
        let mut socket = server.open_socket(&format!("/ws/chat?token={token}"), &[]).await;
        let first = socket.next().await;
        assert_eq!((&first["user_id"], &first["chat_id"]), (&json!("u1"), &chat["id"]));
        socket.send(&json!({ "content": "by token" })).await;
        assert_eq!(socket.next().await["event_type"], "message_received");
        let other = other["id"].as_str().unwrap();
        for more in [format!("&chat_id={other}"), "&user_id=second".to_owned()] {
            let mut socket = server.open_socket(&format!("/ws/chat?token={token}{more}"), &[]).await;
            assert_eq!(socket.next().await["error_code"], "FORBIDDEN", "{more}");
            assert_eq!(socket.expect_close().await, 4403);
        }
        server.clock.advance(Duration::from_secs(61));
        for bad in [token, "nonsense", ""] {
            let mut socket = server.open_socket(&format!("/ws/chat?token={bad}"), &[]).await;
            let word = if bad.is_empty() { "AUTH_ERROR" } else { "INVALID_TOKEN" };
            assert_eq!(socket.next().await["error_code"], word);
            assert_eq!(socket.expect_close().await, 4401);
        }
        for bad in [json!({}), json!({ "user_id": "u1", "ttl_seconds": 59 }), json!({ "user_id": "u1", "ttl_seconds": 86_401 })] {
            assert_eq!(ask(bad).await.status, 400);
        }
    }
}
