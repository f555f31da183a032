//! What is stored or has left is never answered as an error, whatever fails behind it.

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

/// A carrier in whose hands something happens before it has taken what it was given.
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

/// The operator is archived while what it says leaves, so that it cannot be kept any more.
fn archive_during_delivery(world: &TestWorkspace, carrier: &InterruptingCarrier, who: &TestMember) {
    let (engine, ctx) = (world.server.engine.clone(), world.server.a.ctx());
    let id = who.uuid.parse::<uuid::Uuid>().unwrap().into();
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
fn first_words_that_left_and_were_not_kept_are_no_error() {
    on_both(async |world, carrier| {
        archive_during_delivery(&world, &carrier, &world.g);
        let body = json!({
            "channel": "phone-sms", "assistantEnabled": false, "memberId": world.v.number, "phoneNumberId": world.p1,
            "initialMessage": "Hello",
        });
        let chat = world.post(&world.g, "/chats", body).await.expect(200);
        assert!(chat.get("initialMessageError").is_none(), "they have left");
        assert_eq!(
            (&chat["messageCount"], *carrier.delivered.lock().unwrap()),
            (&json!(0), 1)
        );
        let seen = world
            .server
            .get(&world.path(&format!("/chats/{}", chat["id"])));
        let seen = seen.bearer(&world.server.a.key).send().await.expect(200);
        assert_eq!(
            (&seen["uuid"], &seen["messageCount"]),
            (&chat["uuid"], &json!(0))
        );
    });
}

#[test]
fn answer_that_left_and_was_not_kept_is_no_error() {
    on_both(async |world, carrier| {
        let body = json!({ "channel": "phone-sms", "assistantEnabled": false, "memberId": world.v.number, "phoneNumberId": world.p1 });
        let chat = world.create_chat(&world.g, body).await;
        archive_during_delivery(&world, &carrier, &world.g);
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let sent = world
            .post(&world.g, &path, json!({ "message": "Hello" }))
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
fn answers_of_what_was_stored_are_what_is_read_later() {
    on_both(async |world, _| {
        let body = json!({ "channel": "phone-sms", "assistantEnabled": false, "memberId": world.v.number, "phoneNumberId": world.p1, "initialMessage": "Hello" });
        let chat = world.post(&world.g, "/chats", body).await.expect(200);
        let path = format!("/chats/{}", chat["id"]);
        assert_eq!(world.get(&world.g, &path).await.expect(200), chat);
        let calls = json!([{ "id": "c", "type": "function", "function": { "name": "look", "arguments": "{}" } }]);
        let said = [
            world
                .post(
                    &world.v,
                    &format!("{path}/messages"),
                    json!({ "content": " Hi\n" }),
                )
                .await
                .expect(200),
            world
                .post(
                    &world.g,
                    &format!("{path}/send-assistant-message"),
                    json!({ "message": "Yes?", "tool_calls": calls }),
                )
                .await
                .expect(200)["chatMessage"]
                .clone(),
        ];
        let rows = world
            .get(&world.g, &format!("{path}/messages"))
            .await
            .expect(200);
        assert_eq!([&rows[1], &rows[0]], [&said[0], &said[1]]);
        assert_eq!(rows[2]["content"], Value::from("Hello"));
    });
}
