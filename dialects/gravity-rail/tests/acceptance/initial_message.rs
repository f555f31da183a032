//! `initialMessage` over SMS and email, with and without a carrier.

use std::sync::{Arc, Mutex};

use parlor_engine::outbound::{
    CallFuture, Carrier, DeliveryError, DeliveryFuture, OutboundCall, OutboundContent,
    OutboundMessage,
};
use parlor_model::outbox::DeliveryFailureReason;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::{Value, json};

use crate::fixture::{EMAIL, PHONE, TestWorkspace};

/// A text that the log must not contain.
const INITIAL_MESSAGE: &str = "words-that-stay-between-us";

/// A carrier that records messages.
#[derive(Default)]
pub(crate) struct RecordingCarrier {
    pub(crate) sent: Mutex<Vec<OutboundMessage>>,
    pub(crate) calls: Mutex<Vec<OutboundCall>>,
    pub(crate) is_down: bool,
}

impl Carrier for RecordingCarrier {
    fn deliver(&self, dispatch: OutboundMessage) -> DeliveryFuture<'_> {
        self.sent.lock().unwrap().push(dispatch);
        Box::pin(std::future::ready(if self.is_down {
            Err(DeliveryError::Permanent(DeliveryFailureReason::Rejected))
        } else {
            Ok(())
        }))
    }

    fn place_call(&self, call: OutboundCall) -> CallFuture<'_> {
        self.calls.lock().unwrap().push(call);
        Box::pin(std::future::ready(if self.is_down {
            Err(DeliveryError::Permanent(DeliveryFailureReason::Rejected))
        } else {
            Ok(None)
        }))
    }
}

/// Runs a test on both databases, with a recording carrier.
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

/// Asserts that the chat exists and its initial message was not sent.
async fn assert_not_sent(setup: &TestWorkspace, chat: &Value, why: &str) {
    assert_eq!(chat["initialMessageError"], why);
    assert_eq!(chat["messageCount"], 0);
    let visible = setup.get(&setup.g, &format!("/chats/{}", chat["id"])).await;
    let visible = visible.expect(200);
    assert!(visible.get("initialMessageError").is_none() && visible["messageCount"] == 0);
    for text in [chat.to_string(), visible.to_string(), setup.server.logs()] {
        for private in [INITIAL_MESSAGE, PHONE, EMAIL, "+1500555000"] {
            assert!(!text.contains(private), "{private} in {text:.300}");
        }
    }
}

both! {
    async fn case_12_opted_out_recipient_receives_nothing(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, sms_chat(setup.o.number, Some(setup.p1))).await;
        assert_not_sent(&setup, &chat, "recipient_opted_out").await;
        let chat = setup.create_chat(&setup.g, email_chat(setup.o.number)).await;
        assert_not_sent(&setup, &chat, "recipient_opted_out").await;
    }

    async fn case_13_missing_sender_or_recipient_has_a_code(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, sms_chat(setup.n.number, Some(setup.p1))).await;
        assert_not_sent(&setup, &chat, "missing_recipient_phone").await;
        let chat = setup.create_chat(&setup.g, sms_chat(setup.v.number, None)).await;
        assert_not_sent(&setup, &chat, "missing_phone_number").await;
        // The missing sender is reported first.
        let chat = setup.create_chat(&setup.g, sms_chat(setup.n.number, None)).await;
        assert_not_sent(&setup, &chat, "missing_phone_number").await;
        let chat = setup.create_chat(&setup.g, sms_chat(setup.o.number, None)).await;
        assert_not_sent(&setup, &chat, "missing_phone_number").await;
        let chat = setup.create_chat(&setup.g, email_chat(setup.n.number)).await;
        assert_not_sent(&setup, &chat, "missing_recipient_email").await;
        setup.delete(&setup.g, &format!("/inboxes/{}", setup.inbox)).await;
        let chat = setup.create_chat(&setup.g, email_chat(setup.v.number)).await;
        assert_not_sent(&setup, &chat, "missing_inbox").await;
    }

    async fn case_14_initial_message_without_carrier_is_not_sent(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, sms_chat(setup.v.number, Some(setup.p1))).await;
        assert_not_sent(&setup, &chat, "sms_dispatch_failed").await;
        let mut body = email_chat(setup.v.number);
        body["inboxId"] = json!(setup.inbox);
        let chat = setup.create_chat(&setup.g, body).await;
        assert_not_sent(&setup, &chat, "email_dispatch_failed").await;
    }
}

#[test]
fn case_11_delivered_initial_message_is_stored() {
    on_both(false, async |setup, recorder| {
        let chat = setup
            .create_chat(&setup.g, sms_chat(setup.v.number, Some(setup.p1)))
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

        let mut body = email_chat(setup.v.number);
        body["title"] = json!("Your order");
        let chat = setup.create_chat(&setup.g, body).await;
        assert_eq!(chat["messageCount"], 1);
        let sent = std::mem::take(&mut *recorder.sent.lock().unwrap());
        let [one] = sent.as_slice() else {
            panic!("{sent:?}")
        };
        assert_eq!(
            (one.from.as_str(), one.to.as_str()),
            ("desk@example.org", EMAIL)
        );
        let OutboundContent::Email { subject, text, .. } = &one.content else {
            panic!()
        };
        assert_eq!(
            (subject.as_ref().unwrap().as_str(), text.as_str()),
            ("Your order", INITIAL_MESSAGE)
        );

        // Unreachable and opted-out members receive nothing.
        for member in [setup.o.number, setup.n.number] {
            setup
                .create_chat(&setup.g, sms_chat(member, Some(setup.p1)))
                .await;
            setup.create_chat(&setup.g, email_chat(member)).await;
        }
        assert!(recorder.sent.lock().unwrap().is_empty());
    });
}

#[test]
fn case_14_failed_delivery_keeps_the_chat() {
    on_both(true, async |setup, _| {
        let chat = setup
            .create_chat(&setup.g, email_chat(setup.v.number))
            .await;
        assert_not_sent(&setup, &chat, "email_dispatch_failed").await;
    });
}
