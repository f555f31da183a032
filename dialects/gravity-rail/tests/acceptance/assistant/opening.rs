//! Opening messages of workflows.

use parlor_testkit::{both, with_assistant};
use serde_json::json;

use super::{messages_path, next_answer, streamed_text};
use crate::fixture::TestWorkspace;
use crate::test_chat::open_stream;

both! {
    // It is the operator's own text, so it needs no provider.
    async fn opening_message_follows_once(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = format!("/workflows/{}", setup.workflow_uuid);
        setup.put(&setup.g, &path, json!({ "openingMessage": "Welcome!" })).await.expect(200);
        let version = setup.publish("with an opening").await;
        setup.activate(version).await;
        let body = json!({ "channel": "web-chat", "workflowId": setup.workflow, "memberId": setup.u.number });
        let chat = setup.create_chat(&setup.g, body).await;
        assert_eq!(chat["messageCount"], 0);
        let (mut events, _) = open_stream(&setup.server, &setup.u.token, &chat, "?last_event_id=0", None).await;
        let opening = next_answer(&mut events).await;
        assert_eq!((&opening["content"], &opening["memberId"]), (&json!("Welcome!"), &json!(setup.agent)));
        let visible = setup.fetch_chat(&chat).await;
        assert_eq!((&visible["messageCount"], &visible["assistantMessageCount"], &visible["needsResponse"]), (&json!(1), &json!(1), &json!(false)));
        // Version 2 has none, nor has a chat whose assistant is off, or one over another medium.
        for more in [json!({ "workflowVersionNumber": 2 }), json!({ "assistantEnabled": false }), json!({ "channel": "phone-sms", "memberId": setup.v.number })] {
            let mut body = json!({ "channel": "web-chat", "workflowId": setup.workflow });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let silent = setup.create_chat(&setup.g, body).await;
            setup.send_message(&setup.g, &silent, "hello").await;
            assert_eq!(setup.contents(&silent).await, ["hello"], "{more}");
        }
        assert_eq!(setup.contents(&chat).await, ["Welcome!"]);
    }
}

with_assistant! {
    async fn question_asked_before_the_opening_message_is_answered(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "name": "Greeter", "agentMemberId": setup.agent, "openingMessage": "Welcome!" });
        let workflow = setup.post(&setup.g, "/workflows", body).await.expect(200);
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "workflowId": workflow["id"] })).await;
        let events = setup.send_and_stream(&setup.u, &messages_path(&chat), "hello").await;
        assert_eq!(streamed_text(&events[1..]), "You said: hello");
        let mut contents = setup.contents(&chat).await;
        assert_eq!(contents.pop(), Some(json!("You said: hello")));
        contents.sort_by_key(ToString::to_string);
        assert_eq!(contents, ["Welcome!", "hello"]);
    }
}
