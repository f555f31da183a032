//! Stored or delivered messages are never answered with an error, whatever fails later.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use parlor_engine::member;
use parlor_engine::outbound::{Carrier, DeliveryFuture, OutboundMessage};
use parlor_model::member::UpdateMember;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer};
use serde_json::{Value, json};

use crate::fixture::{TestMember, TestWorkspace};

type CarrierAction = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A carrier that runs a callback during delivery.
#[derive(Default)]
struct InterruptingCarrier {
    action: Mutex<Option<CarrierAction>>,
    delivered: Mutex<usize>,
}

impl Carrier for InterruptingCarrier {
    fn deliver(&self, _: OutboundMessage) -> DeliveryFuture<'_> {
        *self.delivered.lock().unwrap() += 1;
        let happening = self.action.lock().unwrap().take();
        Box::pin(async move {
            if let Some(happening) = happening {
                happening.await;
            }
            Ok(())
        })
    }
}

/// Archives the operator during delivery, so that storing its message fails.
fn archive_during_delivery(
    setup: &TestWorkspace,
    carrier: &InterruptingCarrier,
    caller: &TestMember,
) {
    let (engine, ctx) = (setup.server.engine.clone(), setup.server.a.ctx());
    let id = caller.uuid.parse::<uuid::Uuid>().unwrap().into();
    let archive = UpdateMember {
        archived: Some(true),
        ..UpdateMember::default()
    };
    let happening: CarrierAction = Box::pin(async move {
        member::update(&engine, &ctx, id, archive).await.unwrap();
    });
    *carrier.action.lock().unwrap() = Some(happening);
}

fn on_both<F: Future<Output = ()>>(body: impl Fn(TestWorkspace, Arc<InterruptingCarrier>) -> F) {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let carrier = Arc::new(InterruptingCarrier::default());
            let server = TestServer::start_with_outbound(backend, carrier.clone()).await;
            body(TestWorkspace::new(server).await, carrier).await;
        });
    }
}

#[test]
fn delivered_initial_message_that_is_not_stored_is_no_error() {
    on_both(async |setup, carrier| {
        archive_during_delivery(&setup, &carrier, &setup.g);
        let body = json!({
            "channel": "phone-sms", "assistantEnabled": false, "memberId": setup.v.number, "phoneNumberId": setup.p1,
            "initialMessage": "Hello",
        });
        let chat = setup.post(&setup.g, "/chats", body).await.expect(200);
        assert!(chat.get("initialMessageError").is_none(), "they have left");
        assert_eq!(
            (&chat["messageCount"], *carrier.delivered.lock().unwrap()),
            (&json!(0), 1)
        );
        let visible = setup
            .server
            .get(&setup.path(&format!("/chats/{}", chat["id"])));
        let visible = visible.bearer(&setup.server.a.key).send().await.expect(200);
        assert_eq!(
            (&visible["uuid"], &visible["messageCount"]),
            (&chat["uuid"], &json!(0))
        );
    });
}

#[test]
fn delivered_assistant_message_that_is_not_stored_is_no_error() {
    on_both(async |setup, carrier| {
        let body = json!({ "channel": "phone-sms", "assistantEnabled": false, "memberId": setup.v.number, "phoneNumberId": setup.p1 });
        let chat = setup.create_chat(&setup.g, body).await;
        archive_during_delivery(&setup, &carrier, &setup.g);
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let sent = setup
            .post(&setup.g, &path, json!({ "message": "Hello" }))
            .await;
        let sent = sent.expect(200);
        assert_eq!(
            (&sent["success"], &sent["deliveryStatus"]),
            (&json!(true), &json!("sent"))
        );
        assert!(sent.get("messageUuid").is_none() && sent.get("error").is_none());
        assert_eq!(*carrier.delivered.lock().unwrap(), 1);
    });
}

#[test]
fn response_of_stored_message_equals_later_read() {
    on_both(async |setup, _| {
        let body = json!({ "channel": "phone-sms", "assistantEnabled": false, "memberId": setup.v.number, "phoneNumberId": setup.p1, "initialMessage": "Hello" });
        let chat = setup.post(&setup.g, "/chats", body).await.expect(200);
        let path = format!("/chats/{}", chat["id"]);
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), chat);
        let calls = json!([{ "id": "c", "type": "function", "function": { "name": "look", "arguments": "{}" } }]);
        let posted = [
            setup
                .post(
                    &setup.v,
                    &format!("{path}/messages"),
                    json!({ "content": " Hi\n" }),
                )
                .await
                .expect(200),
            setup
                .post(
                    &setup.g,
                    &format!("{path}/send-assistant-message"),
                    json!({ "message": "Yes?", "tool_calls": calls }),
                )
                .await
                .expect(200)["chatMessage"]
                .clone(),
        ];
        let rows = setup
            .get(&setup.g, &format!("{path}/messages"))
            .await
            .expect(200);
        assert_eq!([&rows[1], &rows[0]], [&posted[0], &posted[1]]);
        assert_eq!(rows[2]["content"], Value::from("Hello"));
    });
}
