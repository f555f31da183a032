//! Answers of assistants, as streams.

use parlor_testkit::{TestSocket, both, with_assistant};
use serde_json::{Value, json};

use super::{connect, create_user_chat, post_message};
use crate::requests::{AsTenantA, get_json, path_of_chat};

/// Receives frames up to the end of a stream and returns them.
async fn receive_stream(socket: &mut TestSocket) -> Vec<Value> {
    let mut frames = Vec::new();
    loop {
        let frame = socket.next().await;
        let is_end = frame["event_type"] == "message_stream_ended";
        frames.push(frame);
        if is_end {
            return frames;
        }
    }
}

fn types(frames: &[Value]) -> Vec<&str> {
    frames
        .iter()
        .filter_map(|frame| frame["event_type"].as_str())
        .collect()
}

/// Returns the text of the frames: that of the beginning, then of each token.
fn streamed_text(frames: &[Value]) -> String {
    let start = frames
        .iter()
        .rposition(|frame| frame["event_type"] == "message_stream_started");
    let texts = frames[start.unwrap()..]
        .iter()
        .map(|frame| match frame["event_type"].as_str() {
            Some("message_stream_started") => frame["content"].as_str().unwrap(),
            Some("message_stream_token") => frame["token"].as_str().unwrap(),
            _ => "",
        });
    texts.collect()
}

with_assistant! {
    async fn case_18_answer_is_streamed_between_acknowledgement_and_end(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        socket.send(&json!({ "content": "where is my parcel" })).await;
        let received = socket.next().await;
        assert_eq!(received["event_type"], "message_received");
        let frames = receive_stream(&mut socket).await;
        let (started, ended) = (&frames[0], &frames[frames.len() - 1]);
        assert_eq!(started["event_type"], "message_stream_started");
        assert_eq!(started["reply_to"], received["message_id"]);
        assert_eq!(ended["content"], "You said: where is my parcel");
        assert_eq!(streamed_text(&frames), "You said: where is my parcel");
        assert_eq!((&ended["finish_reason"], &ended["message_id"]), (&json!("stop"), &started["message_id"]));
        let page = get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await;
        let stored = &page["messages"][1];
        assert_eq!((&stored["id"], &stored["sender_role"]), (&started["message_id"], &json!("assistant")));
    }

    async fn all_readers_receive_the_stream_and_then_the_message(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut reader, _) = connect(&server, &chat, "u1", "&v=2").await;
        post_message(&server, &chat, "hello").await;
        assert_eq!(reader.next().await["event_type"], "message_created");
        let frames = receive_stream(&mut reader).await;
        assert_eq!(streamed_text(&frames), "You said: hello");
        let stored = reader.next().await;
        assert_eq!((&stored["event_type"], &stored["message"]["content"]), (&json!("message_created"), &json!("You said: hello")));
        assert_eq!(stored["seq"], frames[frames.len() - 1]["seq"]);
    }

    async fn words_before_a_tool_are_a_stream_and_a_message_of_their_own(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut old, _) = connect(&server, &chat, "u1", "").await;
        let (mut new, first) = connect(&server, &chat, "u1", "&v=2").await;
        post_message(&server, &chat, "let me look\n/tool search_messages {\"query\": \"zebra\"}").await;
        for socket in [&mut old, &mut new] {
            assert_eq!(socket.next().await["event_type"], "message_created");
        }
        let texts = ["You said: let me look", "The tool returned: {\"messages\":[]}"];
        for (text, reason) in texts.into_iter().zip(["tool_calls", "stop"]) {
            let frames = receive_stream(&mut old).await;
            assert_eq!(types(&frames).iter().filter(|kind| **kind == "message_stream_started").count(), 1);
            assert_eq!(streamed_text(&frames), text);
            let ended = &frames[frames.len() - 1];
            assert_eq!((&ended["content"], &ended["finish_reason"]), (&json!(text), &json!(reason)));
        }
        // Version 2 shows that tools were called as positions that hold nothing to show.
        let mut seqs = Vec::new();
        let mut kinds = Vec::new();
        while seqs.len() < 3 {
            let frame = new.next().await;
            let kind = frame["event_type"].as_str().unwrap();
            if matches!(kind, "message_created" | "empty") {
                seqs.push(frame["seq"].as_i64().unwrap());
                kinds.push(kind.to_owned());
            }
        }
        assert_eq!(kinds, ["message_created", "empty", "message_created"]);
        let after = first["seq"].as_i64().unwrap() + 2;
        assert_eq!(seqs, [after, after + 1, after + 2]);
        let page = get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await;
        let contents: Vec<_> = page["messages"].as_array().unwrap().iter().skip(1).map(|message| message["content"].clone()).collect();
        assert_eq!(contents, texts);
    }

    async fn case_22_a_repeated_send_is_answered_once(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "&v=2").await;
        let send = json!({ "content": "once", "client_message_id": "c-1" });
        socket.send(&send).await;
        receive_stream(&mut socket).await;
        socket.send(&send).await;
        socket.send(&json!({ "content": "and then" })).await;
        let frames = receive_stream(&mut socket).await;
        let repeated = frames.iter().find(|frame| frame["event_type"] == "message_received").unwrap();
        assert_eq!(repeated["duplicate"], true);
        assert_eq!(frames[frames.len() - 1]["content"], "You said: and then");
        assert_eq!(get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await["total"], 4);
    }

    async fn case_25_both_sockets_receive_the_stream(server: TestServer) {
        let chat = create_user_chat(&server).await;
        for version in ["", "&v=2"] {
            let (mut sender, _) = connect(&server, &chat, "u1", version).await;
            let (mut other, _) = connect(&server, &chat, "u2", version).await;
            sender.send(&json!({ "content": "to both" })).await;
            let (sent, received) = (receive_stream(&mut sender).await, receive_stream(&mut other).await);
            let told = |frames: &[Value], kind: &str| frames.iter().any(|frame| frame["event_type"] == kind);
            assert!(told(&sent, "message_received") && !told(&sent, "message_created"), "{sent:?}");
            assert!(told(&received, "message_created") && !told(&received, "message_received"), "{received:?}");
            for frames in [&sent, &received] {
                assert_eq!(streamed_text(frames), "You said: to both");
                assert_eq!(frames[frames.len() - 1]["message_id"], sent[sent.len() - 1]["message_id"]);
            }
        }
    }

    async fn answer_is_stored_though_nobody_is_connected(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        socket.send(&json!({ "content": "/slow 40\nI have to go" })).await;
        while socket.next().await["event_type"] != "message_stream_token" {}
        socket.close().await;
        server.wait_for_count("select count(*) from turn where state = 'done'", 1).await;
        let page = get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await;
        assert_eq!((&page["total"], &page["messages"][1]["content"]), (&json!(2), &json!("You said: I have to go")));
    }

    async fn only_what_a_user_posts_is_answered(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut reader, _) = connect(&server, &chat, "u1", "").await;
        let path = format!("{}/messages", path_of_chat(&chat));
        let body = json!({ "content": "by the desk", "sender_role": "assistant" });
        server.post(&path).by_a(&server).json(&body).send().await.expect(201);
        post_message(&server, &chat, "by a user").await;
        let desk = receive_stream(&mut reader).await;
        let answer = receive_stream(&mut reader).await;
        assert_eq!(desk[desk.len() - 1]["content"], "by the desk");
        assert_eq!(answer[answer.len() - 1]["content"], "You said: by a user");
        assert_eq!(get_json(&server, &path).await["total"], 3);
    }

    async fn whoever_joins_late_receives_the_text_so_far_once(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut first, _) = connect(&server, &chat, "u1", "&v=2").await;
        let words = "one two three four five six seven eight";
        first.send(&json!({ "content": format!("/slow 60\n{words}") })).await;
        while first.next().await["event_type"] != "message_stream_token" {}
        let (mut late, _) = connect(&server, &chat, "u1", "&v=2&last_seq=2").await;
        let mut frames = receive_stream(&mut late).await;
        frames.retain(|frame| frame["event_type"] != "message_created");
        assert_eq!(frames[0]["event_type"], "message_stream_started", "{frames:?}");
        assert!(frames[0]["next_index"].as_u64() > Some(0), "{frames:?}");
        assert_eq!(streamed_text(&frames), format!("You said: {words}"));
        assert_eq!(frames[frames.len() - 1]["content"], format!("You said: {words}"));
    }

    async fn cancelled_answer_keeps_what_was_said(server: TestServer) {
        for version in ["", "&v=2"] {
            let chat = create_user_chat(&server).await;
            let (mut socket, _) = connect(&server, &chat, "u1", version).await;
            socket.send(&json!({ "action": "cancel" })).await;
            assert_eq!(socket.next().await["error_code"], "NOT_FOUND");
            let words = "word ".repeat(2_000);
            socket.send(&json!({ "content": format!("/slow 20\n{words}") })).await;
            let started = loop {
                let frame = socket.next().await;
                if frame["event_type"] == "message_stream_token" {
                    break frame;
                }
            };
            let other = json!({ "action": "cancel", "message_id": chat["id"] });
            socket.send(&other).await;
            while socket.next().await["error_code"] != "NOT_FOUND" {}
            socket.send(&json!({ "action": "cancel", "message_id": started["message_id"] })).await;
            let frames = receive_stream(&mut socket).await;
            let ended = &frames[frames.len() - 1];
            assert_eq!(ended["finish_reason"], "cancelled");
            let said = ended["content"].as_str().unwrap();
            assert!(said.starts_with("You") && said.len() < words.len(), "{said}");
            assert!(format!("You said: {words}").starts_with(said), "{said}");
            let page = get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await;
            let stored = &page["messages"][1];
            assert_eq!((&stored["content"], &stored["status"]), (&json!(said), &json!("cancelled")), "{stored}");
        }
    }

    async fn what_is_said_during_an_answer_is_answered_by_the_next(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        socket.send(&json!({ "content": "/slow 50\nfirst of all" })).await;
        while socket.next().await["event_type"] != "message_stream_token" {}
        for content in ["second", "third"] {
            socket.send(&json!({ "content": content })).await;
        }
        let first = receive_stream(&mut socket).await;
        assert_eq!(first[first.len() - 1]["content"], "You said: first of all");
        let next = receive_stream(&mut socket).await;
        assert_eq!(types(&next)[0], "message_stream_started");
        assert_eq!(next[next.len() - 1]["content"], "You said: third");
        assert_ne!(first[first.len() - 1]["message_id"], next[next.len() - 1]["message_id"]);
    }

    async fn model_that_cannot_read_all_reads_the_newest_messages(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        for _ in 0..3 {
            socket.send(&json!({ "content": "word ".repeat(30) })).await;
            receive_stream(&mut socket).await;
        }
        // The question alone has four words.
        socket.send(&json!({ "content": "/context 40\nand now" })).await;
        let frames = receive_stream(&mut socket).await;
        assert_eq!(frames[frames.len() - 1]["content"], "You said: and now");
        socket.send(&json!({ "content": "/context 3\nand now" })).await;
        while socket.next().await["error_code"] != "AGENT_ERROR" {}
    }

    async fn failed_answer_is_an_error_and_no_message(server: TestServer) {
        let chat = create_user_chat(&server).await;
        for (version, failure) in [("", "/fail unauthorized"), ("&v=2", "/fail malformed 2\nso it goes on")] {
            let (mut socket, _) = connect(&server, &chat, "u1", version).await;
            socket.send(&json!({ "content": failure })).await;
            let frames = receive_stream(&mut socket).await;
            let error = &frames[frames.len() - 2];
            assert_eq!((&error["event_type"], &error["error_code"]), (&json!("error"), &json!("AGENT_ERROR")), "{frames:?}");
            let ended = &frames[frames.len() - 1];
            assert_eq!((&ended["finish_reason"], &ended["seq"]), (&json!("error"), &Value::Null));
        }
        let page = get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await;
        assert_eq!(page["total"], 2, "{page}");
    }
}

both! {
    async fn without_a_provider_nothing_is_streamed(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        for content in ["hello", "is anybody there"] {
            socket.send(&json!({ "content": content })).await;
            assert_eq!(socket.next().await["event_type"], "message_received");
        }
    }
}
