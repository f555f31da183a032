//! The exchange of a key for a token of Sharely.

use parlor_testkit::TestServer;
use serde_json::Value;

/// Exchanges a key for a session token.
pub(super) async fn exchange_key(server: &TestServer, key: &str, body: Value) -> String {
    let path = format!(
        "/workspaces/{}/generate-access-key-token",
        server.a.workspace
    );
    let request = server.post(&path).header("x-api-key", key).json(&body);
    request.send().await.expect(200)["token"]
        .as_str()
        .unwrap()
        .to_owned()
}
