//! Calls that are placed with a chat.

use parlor_engine::outbound::What;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::first_words::on_both;
use crate::world::{PHONE, World};

/// A chat that begins with a call.
fn due(world: &World) -> Value {
    json!({ "channel": "phone-voice", "workflowId": world.workflow, "memberId": world.v.number })
}

/// Chats that begin without one.
fn silent(world: &World) -> [Value; 3] {
    let (mut off, mut simple) = (due(world), due(world));
    off["assistantEnabled"] = json!(false);
    simple["workflowId"] = Value::Null;
    let mut text = due(world);
    text["channel"] = json!("phone-sms");
    [off, simple, text]
}

#[test]
fn case_16_one_call_is_placed() {
    on_both(false, async |world, recorder| {
        let chat = world.chat(&world.g, due(&world)).await;
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
            matches!(one.what, What::Call(id) if id.to_string() == chat["call"]["id"].as_str().unwrap())
        );
        for body in silent(&world) {
            assert!(world.chat(&world.g, body).await.get("call").is_none());
        }
        assert!(recorder.sent.lock().unwrap().is_empty());
    });
}

both! {
    async fn case_16_without_a_carrier_the_chat_is_kept(server: TestServer) {
        let world = World::of(server).await;
        let chat = world.chat(&world.g, due(&world)).await;
        assert_eq!((&chat["call"]["status"], &chat["call"]["callError"]), (&json!("failed"), &json!("call_dispatch_failed")));
        assert!(chat["call"]["id"].is_string());
        assert_eq!(chat["phoneNumberId"], world.p1);
        let seen = world.get(&world.g, &format!("/chats/{}", chat["id"])).await.expect(200);
        assert_eq!(seen["assignmentId"], chat["assignmentId"]);
        for body in silent(&world) {
            assert!(world.chat(&world.g, body).await.get("call").is_none());
        }
        // Who wants no text messages may be called.
        let mut body = due(&world);
        body["memberId"] = json!(world.o.number);
        assert!(world.chat(&world.g, body).await["call"].is_object());
    }

    async fn case_16_a_call_that_cannot_be_placed_is_refused(server: TestServer) {
        let world = World::of(server).await;
        let mut nobody = due(&world);
        nobody["memberId"] = json!(world.n.number);
        let before = world.left().await;
        let refusal = world.post(&world.g, "/chats", nobody).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "memberId"]));
        world.put(&world.g, &format!("/phone-numbers/{}", world.p1), json!({ "voiceEnabled": false })).await.expect(200);
        let refusal = world.post(&world.g, "/chats", due(&world)).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "phoneNumberId"]));
        assert_eq!(world.left().await, before);
    }
}
