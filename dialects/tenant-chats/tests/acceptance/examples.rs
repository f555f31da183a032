//! The create page's examples, in each language of the page.

use std::path::Path;

use parlor_testkit::both;
use parlor_testkit::command::run_example;
use serde_json::json;

use crate::requests::get_json;

both! {
    async fn programs_in_three_languages(server: TestServer) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples");
        for (index, file) in ["create.sh", "create.mjs", "create.py"].into_iter().enumerate() {
            let variables = [("PARLOR_URL", server.url.as_str()), ("PARLOR_KEY", server.a.key.as_str())];
            let printed = run_example(&folder.join(file), &variables).await;
            let id = printed.trim().lines().last().unwrap().to_owned();
            let chat = get_json(&server, &format!("/api/v1/chats/{id}")).await;
            assert_eq!(chat["title"], "Late parcel", "{file}");
            assert_eq!(chat["config"]["metadata"], json!({ "desk": "returns", "urgent": true }));
            let listed = get_json(&server, "/api/v1/chats/user/customer-7").await;
            assert_eq!(listed["total"], index + 1, "{file}");
        }
    }
}
