//! An event stream read by a third-party client that reconnects by itself.

use std::time::Duration;

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::tools;

/// The number of messages, and after how many of them the connection breaks.
const MESSAGES: usize = 12;
const MESSAGES_BEFORE_BREAK: usize = 5;

both! {
    async fn a_browsers_reader_misses_nothing_when_its_connection_breaks(server: TestServer) {
        let chats = format!("/api/v2/w/{}/chats", server.a.workspace);
        let token = server.a.sign_in(&server.a.owner).await;
        let chat = server.post(&chats).bearer(&token).json(&json!({ "channel": "web-chat" }));
        let chat: Value = chat.send().await.expect(200);
        let path = format!("{chats}/{}", chat["id"]);
        let messages: Vec<String> = (0..MESSAGES).map(|n| format!("{n}\nof all\r\n\ndata: \u{1F600}")).collect();
        for text in &messages {
            let request = server.post(&format!("{path}/messages")).bearer(&token);
            request.json(&json!({ "content": text })).send().await.expect(200);
        }
        let program = tools::tests_dir().join("events.mjs");
        let arguments = ["--experimental-eventsource", program.to_str().unwrap()];
        let (stream, count, after) = (format!("{path}/events"), MESSAGES.to_string(), MESSAGES_BEFORE_BREAK.to_string());
        let variables = [
            ("PARLOR_URL", server.url.as_str()),
            ("PARLOR_PATH", &stream),
            ("PARLOR_BEARER", &token),
            ("PARLOR_EVENT", "chat:message_created"),
            ("PARLOR_COUNT", &count),
            ("PARLOR_BREAK", &after),
        ];
        let folder = tempfile::tempdir().unwrap();
        let node = std::path::Path::new("node");
        let output = tools::run(node, &arguments, &variables, folder.path(), Duration::from_secs(120)).await;
        let printed = tools::output_text(&output);
        let line = printed.lines().find(|line| line.starts_with('{')).unwrap();
        let report: Value = serde_json::from_str(line).unwrap();
        assert_eq!(report["heard"], json!(messages));
        assert_eq!(report["opened"], json!(1 + (MESSAGES - 1) / MESSAGES_BEFORE_BREAK), "{report}");
    }
}
