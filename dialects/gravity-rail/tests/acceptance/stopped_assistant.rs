//! Chats whose assistant is stopped.

use std::time::Duration;

use parlor_testkit::{TestServer, tokio, with_assistant};
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

/// Pause between two looks at a condition.
const POLL_INTERVAL: Duration = Duration::from_millis(5);
const TIMEOUT: Duration = Duration::from_secs(60);

/// Waits until a query of the database selects a number.
async fn wait_for_count(server: &TestServer, query: &str, wanted: i64) {
    let look = async {
        while server.count(query) != wanted {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    let waited = tokio::time::timeout(TIMEOUT, look).await;
    waited.unwrap_or_else(|_| panic!("never {wanted}: {query}"));
}

async fn waiting(setup: &TestWorkspace) -> Value {
    let listed = setup.get(&setup.g, "/chats/needs-response").await;
    listed.expect(200)["chatIds"].clone()
}

with_assistant! {
    async fn paused_assistant_leaves_what_it_was_asked_to_a_person(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.v, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}", chat["id"]);
        setup.send_message(&setup.v, &chat, "hello").await;
        wait_for_count(&setup.server, "select count(*) from turn where state = 'done'", 1).await;
        assert_eq!(waiting(&setup).await, json!([]));
        let words = "word ".repeat(1_000);
        setup.send_message(&setup.v, &chat, &format!("/slow 50\n{words}")).await;
        wait_for_count(&setup.server, "select count(*) from turn where state = 'running'", 1).await;
        assert_eq!(waiting(&setup).await, json!([]));
        // The answer under way is dropped; the question is still there.
        setup.put(&setup.g, &path, json!({ "paused": true })).await.expect(200);
        assert_eq!(waiting(&setup).await, json!([chat["id"]]));
        let under_way = "select count(*) from turn where state in ('queued', 'running')";
        assert_eq!(setup.server.count(under_way), 0);
        setup.send_message(&setup.v, &chat, "hello?").await;
        assert_eq!((setup.server.count(under_way), waiting(&setup).await), (0, json!([chat["id"]])));
        // Given back, it answers what is said next.
        setup.put(&setup.g, &path, json!({ "paused": false })).await.expect(200);
        setup.send_message(&setup.v, &chat, "and now").await;
        wait_for_count(&setup.server, "select count(*) from turn where state = 'done'", 2).await;
        assert_eq!(waiting(&setup).await, json!([]));
    }
}
