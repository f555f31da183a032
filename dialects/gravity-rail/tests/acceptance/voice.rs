//! Calls placed with a chat.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{PHONE, TestWorkspace};
use crate::initial_message::on_both;

/// Body of a chat that places a call.
fn call_chat(setup: &TestWorkspace) -> Value {
    json!({ "channel": "phone-voice", "workflowId": setup.workflow, "memberId": setup.v.number })
}

/// Bodies of chats without a call.
fn chats_without_call(setup: &TestWorkspace) -> [Value; 3] {
    let (mut off, mut simple) = (call_chat(setup), call_chat(setup));
    off["assistantEnabled"] = json!(false);
    simple["workflowId"] = Value::Null;
    let mut text = call_chat(setup);
    text["channel"] = json!("phone-sms");
    [off, simple, text]
}

#[test]
fn case_16_one_call_is_placed() {
    on_both(false, async |setup, recorder| {
        let chat = setup.create_chat(&setup.g, call_chat(&setup)).await;
        assert_eq!(chat["call"]["status"], "queued");
        assert!(chat["call"].get("callError").is_none());
        let placed = std::mem::take(&mut *recorder.calls.lock().unwrap());
        let [one] = placed.as_slice() else {
            panic!("{placed:?}")
        };
        assert_eq!(
            (one.from.as_str(), one.to.as_str()),
            ("+15005550001", PHONE)
        );
        assert_eq!(chat["call"]["id"], one.id.uuid().to_string());
        for body in chats_without_call(&setup) {
            assert!(
                setup
                    .create_chat(&setup.g, body)
                    .await
                    .get("call")
                    .is_none()
            );
        }
        assert!(recorder.calls.lock().unwrap().is_empty());
        assert!(recorder.sent.lock().unwrap().is_empty());
    });
}

both! {
    async fn case_16_chat_without_carrier_is_kept(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, call_chat(&setup)).await;
        assert_eq!((&chat["call"]["status"], &chat["call"]["callError"]), (&json!("failed"), &json!("call_dispatch_failed")));
        assert!(chat["call"]["id"].is_string());
        assert_eq!(chat["phoneNumberId"], setup.p1);
        let visible = setup.get(&setup.g, &format!("/chats/{}", chat["id"])).await.expect(200);
        assert_eq!(visible["assignmentId"], chat["assignmentId"]);
        assert_eq!(visible["call"], chat["call"]);
        for body in chats_without_call(&setup) {
            assert!(setup.create_chat(&setup.g, body).await.get("call").is_none());
        }
        // A member opted out of SMS can be called.
        let mut body = call_chat(&setup);
        body["memberId"] = json!(setup.o.number);
        assert!(setup.create_chat(&setup.g, body).await["call"].is_object());
    }

    async fn case_16_impossible_call_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let mut nobody = call_chat(&setup);
        nobody["memberId"] = json!(setup.n.number);
        let before = setup.entity_counts().await;
        let refusal = setup.post(&setup.g, "/chats", nobody).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "memberId"]));
        setup.put(&setup.g, &format!("/phone-numbers/{}", setup.p1), json!({ "voiceEnabled": false })).await.expect(200);
        let refusal = setup.post(&setup.g, "/chats", call_chat(&setup)).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "phoneNumberId"]));
        assert_eq!(setup.entity_counts().await, before);
    }
}
