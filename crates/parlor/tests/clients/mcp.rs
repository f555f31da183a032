//! Model Context Protocol: the official client for Node.js, and requests that it does not make.

use std::time::Duration;

use http::Method;
use parlor::middleware::AllowedOrigins;
use parlor_client::{Client, CreateChatRequest};
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::{Value, json};

use crate::tools;

/// Runs the client; returns the number of its `ok` lines.
async fn run_client(variables: &[(&str, &str)]) -> usize {
    let clients = tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node");
    let folder = tempfile::tempdir().unwrap();
    let packages = clients.join("node_modules");
    std::os::unix::fs::symlink(packages, folder.path().join("node_modules")).unwrap();
    let program = tools::tests_dir().join("mcp/main.mjs");
    std::fs::copy(program, folder.path().join("main.mjs")).unwrap();
    let limit = Duration::from_secs(120);
    let node = std::path::Path::new("node");
    let output = tools::run(node, &["main.mjs"], variables, folder.path(), limit).await;
    let printed = tools::output_text(&output);
    assert!(
        printed.lines().all(|line| line.starts_with("ok ")),
        "{printed}"
    );
    printed.lines().count()
}

/// Sends a JSON-RPC request without the client.
async fn post(server: &TestServer, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
    let mut request = server
        .request(Method::POST, "/mcp")
        .header("accept", "application/json, text/event-stream");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = request.json(body).send().await;
    let body = serde_json::from_str(&response.text()).unwrap_or_default();
    (response.status, body)
}

fn tools_list() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })
}

both! {
    async fn official_client_uses_tools_and_resources(server: TestServer) {
        let client = Client::new(&server.url, &server.a.key).unwrap();
        let chat = client.create_chat(CreateChatRequest::new("ada").title("Parcel")).await.unwrap();
        client.create_chat(CreateChatRequest::new("bob").title("Another")).await.unwrap();
        let reader = server.a.create_key("messages:read", None).await;
        let variables = [
            ("TARGET", server.url.as_str()),
            ("TOKEN", &server.a.key),
            ("READER_TOKEN", &reader),
            ("FOREIGN_TOKEN", &server.b.key),
            ("CHAT", &chat.id),
        ];
        assert_eq!(run_client(&variables).await, 4);
    }
}

#[test]
fn only_keys_and_known_origins_are_admitted() {
    block_on(async {
        let mut server = TestServer::start_with(TestBackend::Sqlite, |options| {
            let origin = "https://shop.example".parse().unwrap();
            options.allowed_origins = AllowedOrigins::Listed(vec![origin]);
        })
        .await;
        let bearer = format!("Bearer {}", server.a.key);
        let admitted = ("authorization", bearer.as_str());
        let (status, answer) = post(&server, &[admitted], &tools_list()).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["result"]["tools"].as_array().unwrap().len(), 7);
        let own = ("origin", "https://shop.example");
        assert_eq!(post(&server, &[admitted, own], &tools_list()).await.0, 200);
        for (headers, status) in [
            (vec![], 401),
            (vec![("authorization", "Bearer nothing")], 401),
            (vec![admitted, ("origin", "https://evil.example")], 403),
            (vec![admitted, ("host", "evil.example")], 403),
        ] {
            let refused = post(&server, &headers, &tools_list()).await;
            assert_eq!(refused.0, status, "{headers:?}: {}", refused.1);
        }
        let large = json!({ "jsonrpc": "2.0", "id": 1, "method": "x".repeat(2 << 20) });
        assert_eq!(post(&server, &[admitted], &large).await.0, 413);
        server.restart_with(|options| options.mcp = false).await;
        assert_eq!(post(&server, &[admitted], &tools_list()).await.0, 404);
    });
}
