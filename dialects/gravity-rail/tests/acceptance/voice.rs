//! Calls that are placed with a chat.

use parlor_engine::outbound::OutboundContent;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{PHONE, TestWorkspace};
use crate::initial_message::on_both;

/// A chat that begins with a call.
fn call_chat(world: &TestWorkspace) -> Value {
    json!({ "channel": "phone-voice", "workflowId": world.workflow, "memberId": world.v.number })
}

/// Chats that begin without one.
fn chats_without_call(world: &TestWorkspace) -> [Value; 3] {
    let (mut off, mut simple) = (call_chat(world), call_chat(world));
    off["assistantEnabled"] = json!(false);
    simple["workflowId"] = Value::Null;
    let mut text = call_chat(world);
    text["channel"] = json!("phone-sms");
    [off, simple, text]
}

#[test]
fn case_16_one_call_is_placed() {
    on_both(false, async |world, recorder| {
        let chat = world.create_chat(&world.g, call_chat(&world)).await;
        assert_eq!(chat["call"]["status"], "queued");
        assert!(chat["call"].get("callError").is_none());
        let sent = std::mem::take(&mut *recorder.sent.lock().unwrap());
        let [one] = sent.as_slice() else {
            panic!("{sent:?}")
        };
        assert_eq!(
            (one.from.as_str(), one.to.as_str()),
            ("+15005550001", PHONE)
        );
        assert!(
            matches!(one.content, OutboundContent::Call(id) if id.to_string() == chat["call"]["id"].as_str().unwrap())
        );
        for body in chats_without_call(&world) {
            assert!(
                world
                    .create_chat(&world.g, body)
                    .await
                    .get("call")
                    .is_none()
            );
        }
        assert!(recorder.sent.lock().unwrap().is_empty());
    });
}

both! {
    async fn case_16_without_a_carrier_the_chat_is_kept(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, call_chat(&world)).await;
        assert_eq!((&chat["call"]["status"], &chat["call"]["callError"]), (&json!("failed"), &json!("call_dispatch_failed")));
        assert!(chat["call"]["id"].is_string());
        assert_eq!(chat["phoneNumberId"], world.p1);
        let seen = world.get(&world.g, &format!("/chats/{}", chat["id"])).await.expect(200);
        assert_eq!(seen["assignmentId"], chat["assignmentId"]);
        for body in chats_without_call(&world) {
            assert!(world.create_chat(&world.g, body).await.get("call").is_none());
        }
        // Who wants no text messages may be called.
        let mut body = call_chat(&world);
        body["memberId"] = json!(world.o.number);
        assert!(world.create_chat(&world.g, body).await["call"].is_object());
    }

    async fn case_16_a_call_that_cannot_be_placed_is_refused(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let mut nobody = call_chat(&world);
        nobody["memberId"] = json!(world.n.number);
        let before = world.entity_counts().await;
        let refusal = world.post(&world.g, "/chats", nobody).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "memberId"]));
        world.put(&world.g, &format!("/phone-numbers/{}", world.p1), json!({ "voiceEnabled": false })).await.expect(200);
        let refusal = world.post(&world.g, "/chats", call_chat(&world)).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "phoneNumberId"]));
        assert_eq!(world.entity_counts().await, before);
    }
}
