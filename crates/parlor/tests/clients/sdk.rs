//! The Node client that ChatBotKit publishes, every method of it that this server answers.

use std::path::Path;
use std::time::Duration;

use parlor_testkit::both;

use crate::tools;

both! {
    async fn the_vendors_own_client_is_at_home(server: TestServer) {
        let clients = tools::installed("PARLOR_TEST_NODE_CLIENTS", "node");
        // A program finds packages beside itself.
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(clients.join("node_modules"), folder.path().join("node_modules")).unwrap();
        std::fs::copy(tools::here().join("sdk.mjs"), folder.path().join("sdk.mjs")).unwrap();
        let variables = [("TARGET", server.url.as_str()), ("TOKEN", server.a.key.as_str())];
        let limit = Duration::from_secs(120);
        let output = tools::run(Path::new("node"), &["sdk.mjs"], &variables, folder.path(), limit).await;
        let printed = tools::printed(&output);
        assert!(printed.lines().all(|line| line.starts_with("ok ")), "{printed}");
        assert!(printed.contains("ok every method was called"), "{printed}");
    }
}
