//! Calls that chats place.

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::{Value, json};

use super::{ACCEPT, VoiceSetup, encode, on_both};
use crate::carriers::assert_nothing_private;
use crate::carriers::sms_carrier::Reply;

#[test]
fn case_16_call_is_placed_once() {
    on_both(async |voice| {
        let chat = voice.place().await;
        assert_eq!(chat["call"]["status"], "queued");
        assert!(chat["call"].get("callError").is_none());
        let requests = voice.carrier.requests();
        let [request] = requests.as_slice() else {
            panic!("{requests:?}")
        };
        assert_eq!(
            request.path,
            "POST /2010-04-01/Accounts/AC77/Calls.json HTTP/1.1"
        );
        // AC77 and the token.
        assert_eq!(
            request.authorization,
            "Basic QUM3NzpzZWNyZXQtb2YtdGhlLWFjY291bnQ="
        );
        let url = |step: &str| {
            let url = format!("{}{}", voice.setup.server.url, voice.call_path(&chat, step));
            encode(&url).replace("%2D", "-").replace("%2E", ".")
        };
        let numbers = "From=%2B15005550001&To=%2B15005550123";
        let urls = format!(
            "Url={}&Method=POST&StatusCallback={}&StatusCallbackMethod=POST",
            url("start"),
            url("status")
        );
        let events = ["initiated", "ringing", "answered", "completed"];
        let events = events.map(|event| format!("&StatusCallbackEvent={event}"));
        assert_eq!(request.form, format!("{numbers}&{urls}{}", events.concat()));
        assert_eq!(voice.fetch(&chat).await["call"], chat["call"]);
        assert_nothing_private(&voice.setup.server.logs());
    });
}

#[test]
fn case_16_chat_without_assistant_or_workflow_calls_nobody() {
    on_both(async |voice| {
        let setup = &voice.setup;
        for body in [
            json!({ "channel": "phone-voice", "workflowId": setup.workflow, "memberId": setup.v.number, "assistantEnabled": false }),
            json!({ "channel": "phone-voice", "memberId": setup.v.number, "phoneNumberId": setup.p1 }),
        ] {
            let chat = setup.create_chat(&setup.g, body).await;
            assert!(chat.get("call").is_none(), "{chat}");
        }
        assert!(voice.carrier.requests().is_empty());
    });
}

/// Creates a chat whose carrier gives these replies, and returns its call and the number of requests.
async fn place_with(replies: &[Reply]) -> (Value, usize) {
    let voice = VoiceSetup::start(TestBackend::Sqlite, replies).await;
    let chat = voice.place().await;
    assert_eq!(voice.fetch(&chat).await["call"], chat["call"]);
    assert_nothing_private(&voice.setup.server.logs());
    (chat["call"].clone(), voice.carrier.requests().len())
}

#[test]
fn call_is_repeated_only_if_it_was_surely_not_accepted() {
    let busy = Reply::Status(429, "retry-after: 0\r\n", "{}");
    let refused = Reply::Status(400, "", r#"{"code":21215,"message":"no +15005550123"}"#);
    for (replies, is_placed, requests) in [
        (vec![busy, ACCEPT], true, 2),
        (vec![busy, busy, busy], false, 3),
        (vec![refused], false, 1),
        (vec![Reply::Status(503, "", "out of order")], false, 1),
        // Whether it was accepted is not known.
        (vec![Reply::Disconnect], false, 1),
        // It was accepted, although nobody knows as what.
        (vec![Reply::Status(201, "", "thanks")], true, 1),
    ] {
        block_on(async {
            let (call, count) = place_with(&replies).await;
            let outcome = (&call["status"], call.get("callError"));
            match is_placed {
                true => assert_eq!(outcome, (&json!("queued"), None), "{replies:?}"),
                false => {
                    let error = json!("call_dispatch_failed");
                    assert_eq!(outcome, (&json!("failed"), Some(&error)), "{replies:?}");
                }
            }
            assert_eq!(count, requests, "{replies:?}");
        });
    }
}

#[test]
fn status_moves_forward_only() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let path = voice.call_path(&chat, "status");
        for (reported, status) in [
            ("initiated", "queued"),
            ("ringing", "ringing"),
            // Late, and repeated.
            ("initiated", "ringing"),
            ("queued", "ringing"),
            ("ringing", "ringing"),
            ("in-progress", "in-progress"),
            ("ringing", "in-progress"),
            ("completed", "completed"),
            ("completed", "completed"),
            ("in-progress", "completed"),
            ("no-answer", "completed"),
            ("failed", "completed"),
        ] {
            voice.report(&path, reported).await;
            let call = voice.fetch(&chat).await["call"].clone();
            assert_eq!(call["status"], status, "{reported}");
            assert!(call.get("callError").is_none(), "{reported}");
        }
        let chats = voice.chats().await;
        assert_eq!(chats[0]["call"]["status"], "completed");
        // The call is over, whatever is asked for.
        for step in ["start", "turn?position=1", "wait?seq=0&position=1"] {
            let path = voice.call_path(&chat, step);
            voice
                .step(&path, &[("SpeechResult", "late")])
                .await
                .assert_hangs_up();
        }
        assert_eq!(voice.fetch(&chat).await["messageCount"], 0);
    });
}

#[test]
fn call_that_ended_before_it_was_answered_has_its_reason() {
    for status in ["busy", "no-answer", "canceled", "failed"] {
        block_on(async {
            let voice = VoiceSetup::start(TestBackend::Sqlite, &[ACCEPT]).await;
            let chat = voice.place().await;
            let path = voice.call_path(&chat, "status");
            voice.report(&path, status).await;
            let call = voice.fetch(&chat).await["call"].clone();
            assert_eq!(
                (&call["status"], call.get("callError")),
                (&json!(status), None)
            );
        });
    }
}

#[test]
fn call_that_was_accepted_after_all_goes_on() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let voice = VoiceSetup::start(backend, &[Reply::Disconnect]).await;
            let chat = voice.place().await;
            assert_eq!(chat["call"]["callError"], "call_dispatch_failed");
            let status = voice.call_path(&chat, "status");
            voice.report(&status, "initiated").await;
            let call = voice.fetch(&chat).await["call"].clone();
            assert_eq!(
                (&call["status"], call.get("callError")),
                (&json!("queued"), None)
            );
            let said = voice.step(&voice.call_path(&chat, "start"), &[]).await;
            assert_eq!(said.says.len(), 1);
            assert_eq!(voice.fetch(&chat).await["call"]["status"], "in-progress");
            voice.report(&status, "failed").await;
            let call = voice.fetch(&chat).await["call"].clone();
            assert_eq!(
                (&call["status"], call.get("callError")),
                (&json!("failed"), None)
            );
            assert_eq!(voice.carrier.requests().len(), 1);
        });
    }
}
