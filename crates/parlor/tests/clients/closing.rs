//! Socket closes as seen by third-party clients: Python's `websockets`, Node's `ws`, and a browser.
//!
//! Proves INV-44 (`docs/invariants.md`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::tools;

/// The close code of an application's own, and the usual one.
const CLOSES: [(u16, &str); 3] = [(1000, ""), (1000, "done"), (4321, "bye \u{1F44B}")];

/// One connection to a socket, and its expected close.
struct CloseCase {
    name: String,
    request: Value,
    code: u16,
    reason: String,
}

/// The four sockets, with valid and with refused credentials.
async fn socket_paths(server: &TestServer) -> Vec<(&'static str, String, String)> {
    let (key, at) = (&server.a.key, server.url.replacen("http", "ws", 1));
    let made = server.post("/api/v1/chats/").header("x-api-key", key);
    let made = made
        .json(&json!({ "user_id": "u1" }))
        .send()
        .await
        .expect(201);
    let chat = made["id"].as_str().unwrap();
    let token = server.a.sign_in(&server.a.owner).await;
    let chats = format!("{at}/ws/chat?user_id=u1&chat_id={chat}");
    vec![
        (
            "chat 1",
            format!("{chats}&api_key={key}"),
            format!("{chats}&api_key=none"),
        ),
        (
            "chat 2",
            format!("{chats}&v=2&api_key={key}"),
            format!("{chats}&v=2&api_key=none"),
        ),
        (
            "live",
            format!("{at}/live?user_id=u1&api_key={key}"),
            format!("{at}/live?api_key=none"),
        ),
        (
            "member",
            format!("{at}/ws/?token={token}"),
            format!("{at}/ws/?token=none"),
        ),
    ]
}

async fn close_cases(server: &TestServer) -> Vec<CloseCase> {
    let mut cases = Vec::new();
    for (name, open, refused) in socket_paths(server).await {
        for (code, reason) in CLOSES {
            cases.push(CloseCase {
                name: format!("{name}, closed with {code} {reason:?}"),
                request: json!({ "url": open, "close": { "code": code, "reason": reason } }),
                code,
                reason: reason.to_owned(),
            });
        }
        let reason = if name == "member" {
            "token error"
        } else {
            "AUTH_ERROR"
        };
        cases.push(CloseCase {
            name: format!("{name}, refused"),
            request: json!({ "url": refused }),
            code: 4401,
            reason: reason.to_owned(),
        });
    }
    cases
}

/// Runs a program that makes all connections, and compares the reported closes with the expected ones.
async fn run_close_cases(server: &TestServer, program: &Path, script: &str) {
    let cases = close_cases(server).await;
    let request: Vec<_> = cases.iter().map(|case| &case.request).collect();
    let script = tools::tests_dir().join(script);
    let modules = node_modules();
    let variables = [("PARLOR_NODE_MODULES", modules.to_str().unwrap())];
    let limit = Duration::from_secs(180);
    let arguments = [script.to_str().unwrap()];
    let output = tools::run_with(
        program,
        &arguments,
        &variables,
        &json!(request).to_string(),
        limit,
    )
    .await;
    let printed = tools::output_text(&output);
    let reported: Vec<Value> = printed
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    assert_eq!(reported.len(), cases.len(), "{printed}");
    for (reported, case) in reported.iter().zip(&cases) {
        let expect = json!({ "code": case.code, "reason": case.reason, "clean": true });
        assert_eq!(*reported, expect, "{script:?}: {}", case.name);
    }
}

fn node_modules() -> PathBuf {
    tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node").join("node_modules")
}

/// The Python environment of the examples, which has `websockets`.
fn python() -> PathBuf {
    tools::installed_tool("PARLOR_TEST_PYTHON", "venv/bin/python3")
}

both! {
    async fn socket_close_is_clean_in_python(server: TestServer) {
        run_close_cases(&server, &python(), "closing.py").await;
    }

    async fn socket_close_is_clean_in_node(server: TestServer) {
        run_close_cases(&server, Path::new("node"), "closing.mjs").await;
    }

    async fn socket_close_is_clean_in_browser(server: TestServer) {
        run_close_cases(&server, Path::new("node"), "browser.mjs").await;
    }
}
