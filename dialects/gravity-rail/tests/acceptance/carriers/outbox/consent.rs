//! Nothing leaves in quiet hours, nor faster than the workspace's rates.
//!
//! Proves INV-83 (`docs/invariants.md`).

use std::time::Duration;

use parlor_kit::time::parse_iso;
use parlor_model::sending_policy::UpdateSendingPolicy;
use serde_json::json;

use super::super::TEXT;
use super::super::sending_policy::{EVENING, NIGHT, be_quiet, update};
use super::setup::{OutboxSetup, on_both_from};
use crate::fixture::TestWorkspace;

/// Lets time pass for the server and for its jobs, which follow the database's clock.
async fn elapse(setup: &mut TestWorkspace, by: Duration) {
    setup.server.clock.advance(by);
    setup.renew_tokens().await;
    setup
        .server
        .execute("update job set due_at = 0 where kind = 'deliver'");
}

async fn wait_for_held(outbox: &OutboxSetup, reason: &str, count: i64) {
    let held =
        format!("select count(*) from delivery where state = 'queued' and reason = '{reason}'");
    outbox.setup.server.wait_for_count(&held, count).await;
}

#[test]
fn what_is_said_at_night_leaves_in_the_morning() {
    on_both_from(EVENING, async |mut outbox| {
        let chat = outbox.chat(json!({})).await;
        be_quiet(&mut outbox.setup, EVENING).await;
        outbox.say(&chat, "still awake").await;
        outbox
            .wait_for(&chat, &[("still awake", Some("sent"))])
            .await;
        be_quiet(&mut outbox.setup, NIGHT).await;
        outbox.say(&chat, TEXT).await;
        wait_for_held(&outbox, "quiet_hours", 1).await;
        let until = parse_iso("2040-11-04T11:00:00Z").unwrap().micros();
        let until = format!(
            "select count(*) from delivery where reason = 'quiet_hours' and due_at = {until}"
        );
        assert_eq!(outbox.setup.server.count(&until), 1);
        outbox.say(&chat, "second").await;
        let waiting = [
            ("still awake", Some("sent")),
            (TEXT, Some("queued")),
            ("second", Some("queued")),
        ];
        outbox.wait_for(&chat, &waiting).await;
        assert_eq!(outbox.sent(), ["still awake"]);
        elapse(&mut outbox.setup, Duration::from_secs(5 * 3600 + 1800)).await;
        let sent = [
            ("still awake", Some("sent")),
            (TEXT, Some("sent")),
            ("second", Some("sent")),
        ];
        outbox.wait_for(&chat, &sent).await;
        assert_eq!(outbox.sent(), ["still awake", TEXT, "second"]);
    });
}

#[test]
fn an_answer_leaves_at_night_to_who_has_just_written() {
    on_both_from(EVENING, async |mut outbox| {
        be_quiet(&mut outbox.setup, NIGHT).await;
        let served = json!({ "assistantEnabled": true, "assistantMemberId": outbox.setup.agent });
        let chat = outbox.chat(served).await;
        outbox.post(&outbox.setup.v, &chat, "hello").await;
        let answer = ("You said: hello", Some("sent"));
        outbox.wait_for(&chat, &[("hello", None), answer]).await;
        elapse(&mut outbox.setup, Duration::from_secs(3_601)).await;
        outbox.say(&chat, "by the way").await;
        wait_for_held(&outbox, "quiet_hours", 1).await;
        assert_eq!(outbox.sent(), ["You said: hello"]);
    });
}

#[test]
fn what_waits_follows_what_becomes_of_the_policy_and_of_the_recipient() {
    on_both_from(EVENING, async |mut outbox| {
        be_quiet(&mut outbox.setup, NIGHT).await;
        let (chat, other) = (outbox.chat(json!({})).await, outbox.chat(json!({})).await);
        outbox.say(&chat, TEXT).await;
        outbox.say(&other, "to be deleted").await;
        wait_for_held(&outbox, "quiet_hours", 2).await;
        let path = format!("/chats/{}", other["id"]);
        let deleted = outbox.setup.delete(&outbox.setup.g, &path).await;
        assert_eq!(deleted.status, 204);
        let off = UpdateSendingPolicy {
            quiet_hours: Some(None),
            ..UpdateSendingPolicy::default()
        };
        update(&outbox.setup, off).await;
        outbox.wait_for(&chat, &[(TEXT, Some("sent"))]).await;
        assert_eq!(outbox.sent(), [TEXT]);

        be_quiet(&mut outbox.setup, NIGHT).await;
        outbox.say(&chat, "not wanted any more").await;
        wait_for_held(&outbox, "quiet_hours", 1).await;
        let path = format!("/members/{}", outbox.setup.v.number);
        let opted_out = json!({ "smsOptedOut": true });
        outbox
            .setup
            .put(&outbox.setup.g, &path, opted_out)
            .await
            .expect(200);
        elapse(&mut outbox.setup, Duration::from_secs(6 * 3600)).await;
        let ends = [
            (TEXT, Some("sent")),
            ("not wanted any more", Some("failed")),
        ];
        outbox.wait_for(&chat, &ends).await;
        assert_eq!(outbox.sent(), [TEXT]);
    });
}

#[test]
fn what_an_operator_sends_at_night_waits_and_what_is_missing_is_said_at_once() {
    on_both_from(EVENING, async |mut outbox| {
        be_quiet(&mut outbox.setup, NIGHT).await;
        let chat = outbox.chat(json!({ "initialMessage": TEXT })).await;
        assert!(chat.get("initialMessageError").is_none(), "{chat}");
        assert_eq!(chat["messageCount"], 1);
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let body = json!({ "message": "and this" });
        let answer = outbox
            .setup
            .post(&outbox.setup.g, &path, body)
            .await
            .expect(200);
        assert_eq!(
            (&answer["success"], &answer["deliveryStatus"]),
            (&json!(true), &json!("queued"))
        );
        let waiting = [(TEXT, Some("queued")), ("and this", Some("queued"))];
        outbox.wait_for(&chat, &waiting).await;
        for (member, reason) in [
            (outbox.setup.o.number, "recipient_opted_out"),
            (outbox.setup.n.number, "missing_recipient_phone"),
        ] {
            let refused = outbox
                .chat(json!({ "initialMessage": TEXT, "memberId": member }))
                .await;
            assert_eq!(
                (&refused["initialMessageError"], &refused["messageCount"]),
                (&json!(reason), &json!(0))
            );
        }
        assert_eq!(outbox.sent(), Vec::<String>::new());
        elapse(&mut outbox.setup, Duration::from_secs(6 * 3600)).await;
        outbox
            .wait_for(&chat, &[(TEXT, Some("sent")), ("and this", Some("sent"))])
            .await;
        assert_eq!(outbox.sent(), [TEXT, "and this"]);
    });
}

#[test]
fn a_rate_spreads_what_leaves_over_time() {
    on_both_from(EVENING, async |mut outbox| {
        let rate = UpdateSendingPolicy {
            texts_per_minute: Some(Some(2)),
            ..UpdateSendingPolicy::default()
        };
        update(&outbox.setup, rate).await;
        let chats = [outbox.chat(json!({})).await, outbox.chat(json!({})).await];
        for (chat, texts) in chats.iter().zip([["a1", "a2"], ["b1", "b2"]]) {
            for text in texts {
                outbox.say(chat, text).await;
            }
        }
        // One has left, and the first one of the other chat and the second one of its own wait for their places.
        wait_for_held(&outbox, "rate_limited", 2).await;
        assert_eq!(outbox.sent().len(), 1);
        for left in 2..=4 {
            elapse(&mut outbox.setup, Duration::from_secs(30)).await;
            let sent = "select count(*) from delivery where state = 'sent'";
            outbox.setup.server.wait_for_count(sent, left).await;
            assert_eq!(outbox.sent().len(), usize::try_from(left).unwrap());
        }
        // An operator is not faster either.
        let chat = outbox.chat(json!({ "initialMessage": "first" })).await;
        let next = outbox.chat(json!({ "initialMessage": "next" })).await;
        outbox.wait_for(&next, &[("next", Some("queued"))]).await;
        let none = UpdateSendingPolicy {
            texts_per_minute: Some(None),
            ..UpdateSendingPolicy::default()
        };
        update(&outbox.setup, none).await;
        outbox.wait_for(&chat, &[("first", Some("sent"))]).await;
        outbox.wait_for(&next, &[("next", Some("sent"))]).await;
        let before = outbox.sent().len();
        assert_eq!(before, 6);
    });
}
