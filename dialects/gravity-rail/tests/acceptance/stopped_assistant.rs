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

    // Closing and opening again is another API's.
    async fn reopened_chat_whose_question_was_not_answered_waits_for_a_person(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.v, json!({ "channel": "web-chat" })).await;
        let set_status = async |status: &str| {
            let path = format!("/api/v1/chats/{}", chat["uuid"].as_str().unwrap());
            let patch = setup.server.patch(&path).header("x-api-key", &setup.server.a.key);
            patch.json(&json!({ "status": status })).send().await.expect(200);
        };
        setup.send_message(&setup.v, &chat, "hello").await;
        setup.server.wait_for_count("select count(*) from turn where state = 'done'", 1).await;
        for status in ["closed", "active"] {
            set_status(status).await;
            assert_eq!(waiting(&setup).await, json!([]), "it was answered");
        }
        setup.send_message(&setup.v, &chat, &format!("/slow 50\n{}", "word ".repeat(1_000))).await;
        setup.server.wait_for_count("select count(*) from turn where state = 'running'", 1).await;
        set_status("closed").await;
        assert_eq!(waiting(&setup).await, json!([]), "it is over");
        set_status("active").await;
        assert_eq!(waiting(&setup).await, json!([chat["id"]]));
        assert_eq!(setup.fetch_chat(&chat).await["needsResponse"], true);
        setup.post(&setup.g, &format!("/chats/{}/send-assistant-message", chat["id"]), json!({ "message": "here" })).await.expect(200);
        for status in ["closed", "active"] {
            set_status(status).await;
            assert_eq!(waiting(&setup).await, json!([]), "a person has answered");
        }
    }

    async fn nobody_else_can_respond_in_a_dm(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let dm = setup.post(&setup.v, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(200);
        setup.send_message(&setup.v, &dm, &format!("/slow 50\n{}", "word ".repeat(1_000))).await;
        setup.server.wait_for_count("select count(*) from turn where state = 'running'", 1).await;
        let path = format!("/chats/{}", dm["id"]);
        setup.put(&setup.v, &path, json!({ "archived": true })).await.expect(200);
        let found = setup.get(&setup.v, &path).await.expect(200);
        assert_eq!((&found["archived"], &found["needsResponse"]), (&json!(true), &json!(false)));
    }
}
