//! ChatBotKit's published Node clients: every SDK method that this server supports, and its React hooks.

use std::path::Path;
use std::time::Duration;

use parlor_testkit::{TestServer, both, with_assistant};

use crate::tools;

/// Runs the program of a folder beside the installed packages, so that it can import them; returns its output.
async fn run(server: &TestServer, program: &str) -> String {
    let clients = tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node");
    let folder = tempfile::tempdir().unwrap();
    let packages = clients.join("node_modules");
    std::os::unix::fs::symlink(packages, folder.path().join("node_modules")).unwrap();
    for entry in std::fs::read_dir(tools::tests_dir().join(program)).unwrap() {
        let file = entry.unwrap();
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    let variables = [
        ("TARGET", server.url.as_str()),
        ("TOKEN", server.a.key.as_str()),
    ];
    let limit = Duration::from_secs(120);
    let node = Path::new("node");
    let output = tools::run(node, &["main.mjs"], &variables, folder.path(), limit).await;
    let printed = tools::output_text(&output);
    let passed = |line: &str| line.starts_with("ok ");
    assert!(printed.lines().all(passed), "{printed}");
    printed
}

both! {
    async fn vendor_sdk_methods_succeed(server: TestServer) {
        let printed = run(&server, "sdk").await;
        assert!(printed.contains("ok every method was called"), "{printed}");
    }

    async fn vendor_hooks_end_cleanly_without_assistant(server: TestServer) {
        let printed = run(&server, "react").await;
        assert_eq!(printed.lines().count(), 4, "{printed}");
    }
}

with_assistant! {
    async fn vendor_clients_receive_the_answers_of_an_assistant(server: TestServer) {
        let printed = run(&server, "answers").await;
        assert_eq!(printed.lines().count(), 10, "{printed}");
    }
}
