//! `POST /chats/{chat_id}/summarize`.

use parlor_testkit::with_assistant;
use serde_json::json;

use crate::fixture::TestWorkspace;

with_assistant! {
    async fn chat_is_summarized_by_the_model(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "assistantEnabled": false })).await;
        let path = format!("/chats/{}/summarize", chat["id"]);
        assert_eq!(setup.post(&setup.u, &path, json!({})).await.expect(400)["code"], "invalid_request");
        for text in ["the parcel is late", "very late"] {
            setup.send_message(&setup.u, &chat, text).await;
        }
        for caller in [&setup.u, &setup.g] {
            let summary = setup.post(caller, &path, json!({})).await.expect(200);
            assert_eq!((&summary["chatId"], &summary["messageCount"]), (&chat["id"], &json!(2)));
            assert!(summary["createdAt"].is_string());
            // `echo` repeats the transcript.
            assert_eq!(summary["summary"], "You said: user: the parcel is late\nuser: very late");
        }
        setup.post(&setup.v, &path, json!({})).await.expect(403);
        // It is not stored.
        assert_eq!(setup.contents(&chat).await.len(), 2);
        setup.send_message(&setup.u, &chat, "well\n/fail malformed").await;
        assert_eq!(setup.post(&setup.u, &path, json!({})).await.expect(503)["code"], "unavailable");
    }
}
