//! Sockets accept every text that requests accept: limits count characters, however they are encoded.

use std::fmt::Write;

use parlor_testkit::{TestRequest, TestServer, TestSocket, both};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, create_chat, path_of_chat};

/// Maximum length of a message, in characters.
const MAX_CONTENT_CHARS: usize = 32_768;

/// Characters of each length in UTF-8 and as an escape, and some that JSON must escape.
const SAMPLE_CHARS: [char; 6] = ['a', 'é', '漢', '\u{1F600}', '"', '\u{1}'];

/// Encodes a text as JSON with every character escaped.
fn escaped(text: &str) -> String {
    let mut units = [0; 2];
    let mut json = String::from("\"");
    for unit in text
        .chars()
        .flat_map(|one| one.encode_utf16(&mut units).to_vec())
    {
        write!(json, "\\u{unit:04x}").unwrap();
    }
    json + "\""
}

/// Encodes a text as JSON, with and without escapes.
fn plain_and_escaped(text: &str) -> [String; 2] {
    [json!(text).to_string(), escaped(text)]
}

fn send_request(server: &TestServer, chat: &Value, body: String) -> TestRequest {
    let request = server
        .post(&format!("{}/messages", path_of_chat(chat)))
        .by_a(server);
    request
        .header("content-type", "application/json")
        .body(body)
}

/// Opens a socket of each kind and version, ready to send to a chat.
async fn connect_all(server: &TestServer, chat: &Value) -> [(&'static str, TestSocket); 3] {
    let (key, id) = (&server.a.key, chat["id"].as_str().unwrap());
    let open = async |path: String| {
        let mut socket = server.open_socket(&path, &[]).await;
        assert_eq!(socket.next().await["event_type"], "connection_established");
        socket
    };
    let one = open(format!("/ws/chat?api_key={key}&user_id=u1&chat_id={id}")).await;
    let two = open(format!(
        "/ws/chat?api_key={key}&user_id=u1&chat_id={id}&v=2"
    ))
    .await;
    let mut many = open(format!("/live?api_key={key}&user_id=u1")).await;
    many.send(&json!({ "action": "subscribe", "conversation": id }))
        .await;
    [("version 1", one), ("version 2", two), ("many", many)]
}

/// Returns the next frame that answers a message.
async fn next_answer(socket: &mut TestSocket) -> Value {
    loop {
        let frame = socket.next().await;
        if frame["event_type"] == "message_received" || frame["event_type"] == "error" {
            return frame;
        }
    }
}

both! {
    async fn longest_text_of_any_script_is_accepted_everywhere(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let id = &chat["id"];
        let mut sockets = connect_all(&server, &chat).await;
        for letter in SAMPLE_CHARS {
            let text = letter.to_string().repeat(MAX_CONTENT_CHARS);
            let beyond = format!("{text}{letter}");
            for (content, more) in plain_and_escaped(&text).iter().zip(plain_and_escaped(&beyond)) {
                let sent = send_request(&server, &chat, format!("{{\"content\":{content}}}")).send().await;
                assert_eq!(sent.expect(201)["content"], text, "{letter:?}");
                let refused = send_request(&server, &chat, format!("{{\"content\":{more}}}")).send().await;
                assert_eq!(refused.status, 400, "{letter:?}");
                for (name, socket) in &mut sockets {
                    socket.send_text(&format!("{{\"conversation\":{id},\"content\":{content}}}")).await;
                    let answer = next_answer(socket).await;
                    assert_eq!(answer["event_type"], "message_received", "{name} {letter:?}: {answer}");
                    socket.send_text(&format!("{{\"conversation\":{id},\"content\":{more}}}")).await;
                    let answer = next_answer(socket).await;
                    assert_eq!(answer["error_code"], "CONTENT_TOO_LONG", "{name} {letter:?}: {answer}");
                }
            }
        }
    }

    async fn client_ids_are_limited_on_every_socket(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        for (name, mut socket) in connect_all(&server, &chat).await {
            for (field, longest) in [("client_message_id", 255), ("ref", 64)] {
                for (more, taken) in [(0, true), (1, false)] {
                    // An id per socket, so that no message repeats another socket's.
                    let text = format!("{name}{}", "é".repeat(longest + more - name.len()));
                    let mut frame = json!({ "conversation": chat["id"], "content": "Hello" });
                    frame[field] = text.into();
                    socket.send(&frame).await;
                    let answer = next_answer(&mut socket).await;
                    assert_eq!(answer["event_type"] == "message_received", taken, "{name} {field} +{more}: {answer}");
                    assert_ne!(answer["fatal"], true, "{name} {field} +{more}: {answer}");
                }
            }
        }
    }

    async fn longest_text_with_largest_metadata_is_accepted(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let id = &chat["id"];
        let content = escaped(&"\u{1F600}".repeat(MAX_CONTENT_CHARS));
        // The maximum size of metadata after decoding.
        let much = escaped(&"m".repeat(64 * 1024 - 16));
        let body = format!("{{\"conversation\":{id},\"content\":{content},\"metadata\":{{\"much\":{much}}}}}");
        send_request(&server, &chat, body.clone()).send().await.expect(201);
        for (name, mut socket) in connect_all(&server, &chat).await {
            socket.send_text(&body).await;
            let answer = next_answer(&mut socket).await;
            assert_eq!(answer["event_type"], "message_received", "{name}: {answer}");
        }
    }

    async fn frame_larger_than_a_request_closes_the_socket(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let body = format!("{{\"content\":\"{}\"}}", "x".repeat(1024 * 1024));
        assert_eq!(send_request(&server, &chat, body.clone()).send().await.status, 413);
        for (name, mut socket) in connect_all(&server, &chat).await {
            socket.send_text(&body).await;
            assert_eq!(next_answer(&mut socket).await["error_code"], "FRAME_TOO_LARGE", "{name}");
            assert_eq!(socket.expect_close().await, 1009, "{name}");
        }
    }
}
