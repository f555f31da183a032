//! Messages that do not leave, or of which nobody knows.
//!
//! Proves INV-90 (`docs/invariants.md`).

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::json;

use super::super::sms_carrier::Reply;
use super::super::{TEXT, assert_nothing_private};
use super::setup::{TOKEN, on_both, say, start, wait_for};

#[test]
fn message_is_repeated_only_if_it_was_surely_not_accepted() {
    let busy = Reply::Status(429, "retry-after: 0\r\n", "{}");
    let gone = r#"{"code":21610,"message":"+15005550123 has left","status":400}"#;
    for (replies, state, reason, requests) in [
        // Three attempts at once, three after a pause.
        (vec![busy; 5], "sent", "", 6),
        (vec![Reply::Status(400, "", "{}")], "failed", "rejected", 1),
        (vec![Reply::Status(400, "", gone)], "failed", "opted_out", 1),
        (
            vec![Reply::Status(503, "", "")],
            "unknown",
            "receiver_failed",
            1,
        ),
        (vec![Reply::Disconnect], "unknown", "connection_lost", 1),
    ] {
        on_both(&replies, async |outbox| {
            let chat = outbox.chat(json!({})).await;
            outbox.say(&chat, TEXT).await;
            outbox.wait_for(&chat, &[(TEXT, Some(state))]).await;
            assert_eq!(outbox.carrier.requests().len(), requests, "{replies:?}");
            // The next one is not held up.
            outbox.say(&chat, "next").await;
            let both = [(TEXT, Some(state)), ("next", Some("sent"))];
            outbox.wait_for(&chat, &both).await;
            let counted =
                format!("select count(*) from delivery where coalesce(reason, '') = '{reason}'");
            assert!(outbox.setup.server.count(&counted) > 0, "{reason}");
            assert_nothing_private(&outbox.setup.server.logs());
        });
    }
}

#[test]
fn nothing_leaves_without_carrier_or_against_an_opt_out() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let setup = start(backend, "").await;
            let body = json!({
                "channel": "phone-sms", "assistantEnabled": false, "memberId": setup.v.number, "phoneNumberId": setup.p1,
            });
            let chat = setup.create_chat(&setup.g, body).await;
            say(&setup, &chat, TEXT).await;
            wait_for(&setup, &chat, &[(TEXT, Some("failed"))]).await;
            let counted = "select count(*) from delivery where reason = 'no_carrier'";
            assert_eq!(setup.server.count(counted), 1);
        });
    }
    on_both(&[], async |outbox| {
        for (member, reason) in [
            (outbox.setup.o.number, "opted_out"),
            (outbox.setup.n.number, "no_recipient"),
        ] {
            let chat = outbox.chat(json!({ "memberId": member })).await;
            outbox.say(&chat, TEXT).await;
            outbox.wait_for(&chat, &[(TEXT, Some("failed"))]).await;
            let counted =
                format!("select count(*) from delivery where reason = '{reason}' and attempts = 0");
            assert_eq!(outbox.setup.server.count(&counted), 1, "{reason}");
        }
        assert_eq!(outbox.sent(), Vec::<String>::new());
    });
}

#[test]
fn what_was_under_way_when_the_server_died_is_unknown_and_not_sent_again() {
    on_both(&[], async |mut outbox| {
        let chat = outbox.chat(json!({})).await;
        outbox.say(&chat, "first").await;
        outbox.wait_for(&chat, &[("first", Some("sent"))]).await;
        let id = outbox.newest_delivery();
        outbox.setup.server.stop().await;
        // As it is in the database while the request is under way.
        outbox.setup.server.execute(
            "update delivery set state = 'sending', finished_at = null where state = 'sent';
            insert into outbox_signal (ws, queue) select ws, queue from delivery",
        );
        outbox.setup.server.restart().await;
        outbox.wait_for(&chat, &[("first", Some("unknown"))]).await;
        assert_eq!(outbox.sent(), ["first"]);
        outbox.say(&chat, "second").await;
        outbox
            .wait_for(
                &chat,
                &[("first", Some("unknown")), ("second", Some("sent"))],
            )
            .await;
        // The carrier knows better.
        let workspace = outbox.setup.server.a.workspace.clone();
        let path = format!("/carriers/sms/{workspace}/deliveries/{id}");
        assert_eq!(outbox.report_at(&path, "delivered", TOKEN).await, 204);
        outbox
            .wait_for(
                &chat,
                &[("first", Some("delivered")), ("second", Some("sent"))],
            )
            .await;
    });
}

#[test]
fn what_waits_goes_with_its_chat() {
    let busy = Reply::Status(429, "retry-after: 3600\r\n", "{}");
    on_both(&[busy], async |outbox| {
        let chat = outbox.chat(json!({})).await;
        outbox.say(&chat, TEXT).await;
        let waiting = "select count(*) from delivery where state = 'queued' and attempts = 1";
        outbox.setup.server.wait_for_count(waiting, 1).await;
        outbox.say(&chat, "waits behind it").await;
        assert_eq!(outbox.sent(), [TEXT]);
        let server = &outbox.setup.server;
        let path = format!("/api/v1/chats/{}", chat["uuid"].as_str().unwrap());
        let request = server.delete(&path).header("x-api-key", &server.a.key);
        let deleted = request.send().await;
        assert_eq!(deleted.status, 200, "{}", deleted.text());
        for rows in ["delivery", "outbox_queue"] {
            let counted = format!("select count(*) from {rows}");
            server.wait_for_count(&counted, 0).await;
        }
        assert_eq!(outbox.sent(), [TEXT]);
    });
}

#[test]
fn number_that_does_not_exist_gets_no_text_until_it_writes() {
    let gone = r#"{"code":21614,"message":"+15005550123 is no mobile number","status":400}"#;
    on_both(&[Reply::Status(400, "", gone)], async |outbox| {
        let server = &outbox.setup.server;
        let chat = outbox.chat(json!({})).await;
        let failed = Some("failed");
        outbox.say(&chat, TEXT).await;
        outbox.wait_for(&chat, &[(TEXT, failed)]).await;
        outbox.say(&chat, "next").await;
        outbox
            .wait_for(&chat, &[(TEXT, failed), ("next", failed)])
            .await;
        let counted = "select count(*) from delivery where reason = 'address_bounced'";
        assert_eq!(server.count(counted), 2);
        assert_eq!(outbox.carrier.requests().len(), 1);
        let marked = "select count(*) from undeliverable_address where medium = 'sms'";
        assert_eq!(server.count(marked), 1);

        // It writes, and is written to, until the carrier reports that it is gone.
        outbox.receive("SM9", "I am here").await;
        assert_eq!(server.count(marked), 0);
        outbox.say(&chat, "again").await;
        let sent = "select count(*) from delivery where state = 'sent'";
        server.wait_for_count(sent, 1).await;
        assert_eq!(
            outbox.report("undelivered&ErrorCode=30005", TOKEN).await,
            204
        );
        assert_eq!((server.count(counted), server.count(marked)), (3, 1));
        assert_nothing_private(&server.logs());
    });
}
