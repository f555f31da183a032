//! Chats whose assistant is stopped.

use parlor_testkit::with_assistant;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

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
        setup.server.wait_for_count("select count(*) from turn where state = 'done'", 1).await;
        assert_eq!(waiting(&setup).await, json!([]));
        let words = "word ".repeat(1_000);
        setup.send_message(&setup.v, &chat, &format!("/slow 50\n{words}")).await;
        setup.server.wait_for_count("select count(*) from turn where state = 'running'", 1).await;
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
        setup.server.wait_for_count("select count(*) from turn where state = 'done'", 2).await;
        assert_eq!(waiting(&setup).await, json!([]));
    }
}
