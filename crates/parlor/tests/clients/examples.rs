//! Example clients of tenant chats in the vendor's languages: curl, a JavaScript class, and a React hook. The Python
//! examples are run by the dialect's own tests.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use parlor_testkit::both;
use serde_json::Value;

use crate::tools;

const MODULES: [&str; 4] = [
    "chat-client.mjs",
    "chat-client-program.mjs",
    "use-chat.mjs",
    "use-chat-program.mjs",
];

both! {
    async fn chats_are_held_by_programs_in_every_language_of_the_pages(server: TestServer) {
        let examples = tools::tests_dir().join("../../../../dialects/tenant-chats/tests/examples");
        // They import packages by name, so they are placed beside them.
        let folder = tempfile::tempdir().unwrap();
        let packages = tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node").join("node_modules");
        symlink(&packages, folder.path().join("node_modules")).unwrap();
        for name in MODULES {
            std::fs::copy(examples.join(name), folder.path().join(name)).unwrap();
        }
        let script = examples.join("chats.sh");
        let variables = [("PARLOR_URL", server.url.as_str()), ("PARLOR_KEY", server.a.key.as_str())];
        for (program, file, stays) in [
            ("bash", script.to_str().unwrap(), false),
            ("node", "chat-client-program.mjs", true),
            ("node", "use-chat-program.mjs", true),
        ] {
            let limit = Duration::from_secs(60);
            let output = tools::run(Path::new(program), &[file], &variables, folder.path(), limit).await;
            let printed = tools::output_text(&output);
            let id = printed.trim().lines().last().unwrap();
            let path = format!("/api/v1/chats/{id}");
            let reply = server.get(&path).header("X-API-Key", &server.a.key).send().await;
            assert_eq!(reply.status == 200, stays, "{file}: {}", reply.text());
            if stays {
                let chat: Value = reply.json();
                assert_eq!(chat["message_count"], 2, "{file}: {chat}");
            }
        }
    }
}
