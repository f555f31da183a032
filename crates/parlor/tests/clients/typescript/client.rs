//! The client against a server, in Node.js and in a page of another origin in Chromium.

use std::path::Path;
use std::time::Duration;

use parlor_testkit::with_assistant;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::host::Host;
use super::package::sources;
use crate::chromium::Page;
use crate::tools;

const LIMIT: Duration = Duration::from_secs(60);

/// Asserts that each line reports a success.
fn assert_all_ok(printed: &str, at_least: usize) {
    let mut lines = printed.lines();
    assert!(lines.all(|line| line.starts_with("ok ")), "{printed}");
    assert!(printed.lines().count() >= at_least, "{printed}");
}

with_assistant! {
    async fn client_talks_with_a_server(server: TestServer) {
        let packages = tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node");
        let packages = packages.display().to_string();
        let variables = [
            ("TARGET", server.url.as_str()),
            ("TOKEN", &server.a.key),
            ("FOREIGN_TOKEN", &server.b.key),
            ("PARLOR_NODE_MODULES", &packages),
        ];
        let folder = sources().join("typescript");
        let output = tools::run(Path::new("node"), &["tests/live-node.js"], &variables, &folder, LIMIT).await;
        assert_all_ok(&tools::output_text(&output), 5);

        let host = Host::start(&server.url, None).await;
        let settings = json!({ "url": server.url, "key": server.a.key, "foreignKey": server.b.key }).to_string();
        let settings = utf8_percent_encode(&settings, NON_ALPHANUMERIC);
        let mut page = Page::start().await;
        page.open(&format!("{}/client.html#{settings}", host.origin)).await;
        page.wait_for("document.body.dataset.state === 'done'").await;
        let printed = page.evaluate("document.body.textContent").await;
        assert_all_ok(printed.as_str().unwrap(), 25);
        assert_eq!(page.exceptions, [""; 0]);
    }
}
