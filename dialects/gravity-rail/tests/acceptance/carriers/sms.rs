//! Text messages over a carrier.

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::json;

use super::sms_carrier::{Reply, SmsCarrier};
use super::{TEXT, assert_not_sent, assert_nothing_private, assert_sent, create_chat, start};

const TOKEN: &str = "auth_token = 'secret-of-the-account'";
const REFUSED: Reply = Reply::Status(
    400,
    "",
    r#"{"code":21408,"message":"+15005550123 is in a region that is switched off","status":400}"#,
);

#[test]
fn initial_message_and_operators_message_are_sent_once() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        let carrier = SmsCarrier::start(&[]);
        block_on(async {
            let setup = start(backend, &carrier.section(TOKEN)).await;
            let chat = create_chat(&setup, "phone-sms", TEXT).await;
            assert_sent(&chat);
            let path = format!("/chats/{}/send-assistant-message", chat["id"]);
            let answer = json!({ "message": "Grüße & more" });
            let sent = setup.post(&setup.g, &path, answer).await.expect(200);
            assert_eq!(
                (&sent["success"], &sent["deliveryStatus"]),
                (&json!(true), &json!("sent"))
            );
            let requests = carrier.requests();
            let [first, second] = requests.as_slice() else {
                panic!("{requests:?}")
            };
            assert_eq!(
                first.path,
                "POST /2010-04-01/Accounts/AC77/Messages.json HTTP/1.1"
            );
            // AC77 and the token.
            assert_eq!(
                first.authorization,
                "Basic QUM3NzpzZWNyZXQtb2YtdGhlLWFjY291bnQ="
            );
            let numbers = "From=%2B15005550001&To=%2B15005550123";
            assert_eq!(first.form, format!("{numbers}&Body={TEXT}"));
            assert_eq!(
                second.form,
                format!("{numbers}&Body=Gr%C3%BC%C3%9Fe+%26+more")
            );
            assert_nothing_private(&setup.server.logs());
        });
    }
}

#[test]
fn message_is_repeated_only_if_it_was_surely_not_accepted() {
    let busy = Reply::Status(429, "retry-after: 0\r\n", "{}");
    for (replies, failure, requests) in [
        (vec![busy, busy], None, 3),
        (vec![busy, busy, busy], Some("limits the rate"), 3),
        (
            vec![Reply::Status(429, "retry-after: 3600\r\n", "{}")],
            Some("limits the rate"),
            1,
        ),
        (vec![REFUSED], Some("HTTP 400, code 21408"), 1),
        (
            vec![Reply::Status(503, "", "out of order")],
            Some("HTTP 503)"),
            1,
        ),
        (
            vec![Reply::Status(302, "location: http://127.0.0.1:1/\r\n", "")],
            Some("HTTP 302)"),
            1,
        ),
        // Whether it was accepted is not known.
        (vec![Reply::Disconnect], Some("did not answer"), 1),
    ] {
        let carrier = SmsCarrier::start(&replies);
        block_on(async {
            let setup = start(TestBackend::Sqlite, &carrier.section(TOKEN)).await;
            let chat = create_chat(&setup, "phone-sms", TEXT).await;
            match failure {
                Some(logged) => assert_not_sent(&setup, &chat, ("sms_dispatch_failed", logged)),
                None => assert_sent(&chat),
            }
            assert_eq!(carrier.requests().len(), requests, "{replies:?}");
        });
    }
}

#[test]
fn carrier_that_cannot_be_reached_or_a_text_that_is_too_long_is_a_failure() {
    block_on(async {
        let nobody =
            "[sms]\nkind = 'twilio'\nbase_url = 'http://127.0.0.1:9'\naccount_sid = 'AC77'\n";
        let setup = start(TestBackend::Sqlite, &format!("{nobody}{TOKEN}")).await;
        let chat = create_chat(&setup, "phone-sms", TEXT).await;
        assert_not_sent(&setup, &chat, ("sms_dispatch_failed", "cannot be reached"));
    });
    let carrier = SmsCarrier::start(&[]);
    block_on(async {
        let setup = start(TestBackend::Sqlite, &carrier.section(TOKEN)).await;
        let chat = create_chat(&setup, "phone-sms", &"ä".repeat(1_601)).await;
        assert_not_sent(&setup, &chat, ("sms_dispatch_failed", "too long"));
        assert_sent(&create_chat(&setup, "phone-sms", &"ä".repeat(1_600)).await);
        assert_eq!(carrier.requests().len(), 1);
    });
}

#[test]
fn token_in_a_file_can_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let carrier = SmsCarrier::start(&[]);
    block_on(async {
        let section = carrier.section(&format!("auth_token_file = '{}'", file.display()));
        let setup = start(TestBackend::Sqlite, &section).await;
        let chat = create_chat(&setup, "phone-sms", TEXT).await;
        assert_not_sent(&setup, &chat, ("sms_dispatch_failed", "auth_token_file"));
        for token in ["one\n", "two\n"] {
            std::fs::write(&file, token).unwrap();
            assert_sent(&create_chat(&setup, "phone-sms", TEXT).await);
        }
        let used = carrier
            .requests()
            .into_iter()
            .map(|sent| sent.authorization);
        // AC77:one and AC77:two
        assert!(used.eq(["Basic QUM3NzpvbmU=", "Basic QUM3Nzp0d28="]));
    });
}
