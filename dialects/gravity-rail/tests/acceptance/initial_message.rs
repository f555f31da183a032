//! `initialMessage`: what an operator says first over SMS or email, with and without a carrier.

use std::sync::{Arc, Mutex};

use parlor_engine::outbound::{
    Carrier, DeliveryError, DeliveryFuture, OutboundContent, OutboundMessage,
};
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::{Value, json};

use crate::fixture::{EMAIL, PHONE, TestWorkspace};

/// Text that would be recognised anywhere.
const INITIAL_MESSAGE: &str = "words-that-stay-between-us";

/// A carrier that keeps what it would send.
#[derive(Default)]
pub(crate) struct RecordingCarrier {
    pub(crate) sent: Mutex<Vec<OutboundMessage>>,
    pub(crate) is_down: bool,
}

impl Carrier for RecordingCarrier {
    fn deliver(&self, dispatch: OutboundMessage) -> DeliveryFuture<'_> {
        self.sent.lock().unwrap().push(dispatch);
        Box::pin(std::future::ready(if self.is_down {
            Err(DeliveryError)
        } else {
            Ok(())
        }))
    }
}

/// A test on both databases, on a server with a carrier.
pub(crate) fn on_both<F>(is_down: bool, body: impl Fn(TestWorkspace, Arc<RecordingCarrier>) -> F)
where
    F: Future<Output = ()>,
{
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let recorder = Arc::new(RecordingCarrier {
                is_down,
                ..RecordingCarrier::default()
            });
            let server = TestServer::start_with_outbound(backend, recorder.clone()).await;
            body(TestWorkspace::new(server).await, recorder).await;
        });
    }
}

fn sms_chat(member: i64, number: Option<i64>) -> Value {
    json!({
        "channel": "phone-sms", "assistantEnabled": false, "memberId": member, "phoneNumberId": number,
        "initialMessage": INITIAL_MESSAGE,
    })
}

fn email_chat(member: i64) -> Value {
    json!({ "channel": "email", "assistantEnabled": false, "memberId": member, "initialMessage": INITIAL_MESSAGE })
}

/// The chat is there, its first words are not.
async fn assert_not_sent(world: &TestWorkspace, chat: &Value, why: &str) {
    assert_eq!(chat["initialMessageError"], why);
    assert_eq!(chat["messageCount"], 0);
    let seen = world.get(&world.g, &format!("/chats/{}", chat["id"])).await;
    let seen = seen.expect(200);
    assert!(seen.get("initialMessageError").is_none() && seen["messageCount"] == 0);
    for text in [chat.to_string(), seen.to_string(), world.server.logs()] {
        for private in [INITIAL_MESSAGE, PHONE, EMAIL, "+1500555000"] {
            assert!(!text.contains(private), "{private} in {text:.300}");
        }
    }
}

both! {
    async fn case_12_an_opted_out_recipient_gets_nothing(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, sms_chat(world.o.number, Some(world.p1))).await;
        assert_not_sent(&world, &chat, "recipient_opted_out").await;
        let chat = world.create_chat(&world.g, email_chat(world.o.number)).await;
        assert_not_sent(&world, &chat, "recipient_opted_out").await;
    }

    async fn case_13_what_is_missing_is_told(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, sms_chat(world.n.number, Some(world.p1))).await;
        assert_not_sent(&world, &chat, "missing_recipient_phone").await;
        let chat = world.create_chat(&world.g, sms_chat(world.v.number, None)).await;
        assert_not_sent(&world, &chat, "missing_phone_number").await;
        // Where several things are missing, the line is told first.
        let chat = world.create_chat(&world.g, sms_chat(world.n.number, None)).await;
        assert_not_sent(&world, &chat, "missing_phone_number").await;
        let chat = world.create_chat(&world.g, sms_chat(world.o.number, None)).await;
        assert_not_sent(&world, &chat, "missing_phone_number").await;
        let chat = world.create_chat(&world.g, email_chat(world.n.number)).await;
        assert_not_sent(&world, &chat, "missing_recipient_email").await;
        world.delete(&world.g, &format!("/inboxes/{}", world.inbox)).await;
        let chat = world.create_chat(&world.g, email_chat(world.v.number)).await;
        assert_not_sent(&world, &chat, "missing_inbox").await;
    }

    async fn case_14_without_a_carrier_nothing_leaves(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, sms_chat(world.v.number, Some(world.p1))).await;
        assert_not_sent(&world, &chat, "sms_dispatch_failed").await;
        let mut body = email_chat(world.v.number);
        body["inboxId"] = json!(world.inbox);
        let chat = world.create_chat(&world.g, body).await;
        assert_not_sent(&world, &chat, "email_dispatch_failed").await;
    }
}

#[test]
fn case_11_what_has_left_is_part_of_the_chat() {
    on_both(false, async |world, recorder| {
        let chat = world
            .create_chat(&world.g, sms_chat(world.v.number, Some(world.p1)))
            .await;
        assert!(chat.get("initialMessageError").is_none());
        let counts = ["messageCount", "assistantMessageCount", "userMessageCount"];
        assert_eq!(
            counts.map(|count| chat[count].clone()),
            [1, 1, 0].map(Value::from)
        );
        let sent = std::mem::take(&mut *recorder.sent.lock().unwrap());
        let [one] = sent.as_slice() else {
            panic!("{sent:?}")
        };
        assert_eq!(
            (one.from.as_str(), one.to.as_str()),
            ("+15005550001", PHONE)
        );
        assert!(matches!(&one.content, OutboundContent::Text(text) if **text == INITIAL_MESSAGE));

        let mut body = email_chat(world.v.number);
        body["title"] = json!("Your order");
        let chat = world.create_chat(&world.g, body).await;
        assert_eq!(chat["messageCount"], 1);
        let sent = std::mem::take(&mut *recorder.sent.lock().unwrap());
        let [one] = sent.as_slice() else {
            panic!("{sent:?}")
        };
        assert_eq!(
            (one.from.as_str(), one.to.as_str()),
            ("desk@example.org", EMAIL)
        );
        let OutboundContent::Email { subject, text } = &one.content else {
            panic!()
        };
        assert_eq!(
            (subject.as_ref().unwrap().as_str(), text.as_str()),
            ("Your order", INITIAL_MESSAGE)
        );

        // Nobody is reached who cannot be or does not want to be.
        for member in [world.o.number, world.n.number] {
            world
                .create_chat(&world.g, sms_chat(member, Some(world.p1)))
                .await;
            world.create_chat(&world.g, email_chat(member)).await;
        }
        assert!(recorder.sent.lock().unwrap().is_empty());
    });
}

#[test]
fn case_14_a_carrier_that_is_down_costs_no_chat() {
    on_both(true, async |world, _| {
        let chat = world
            .create_chat(&world.g, email_chat(world.v.number))
            .await;
        assert_not_sent(&world, &chat, "email_dispatch_failed").await;
    });
}
