//! What is said as the assistant in a chat over text messages or mail leaves over its carrier, and its messages show what
//! became of it.
//!
//! Proves INV-78 (`docs/invariants.md`).

mod consent;
mod failures;
mod mail_sink;
mod setup;

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::json;

use self::setup::{TOKEN, on_both, start, wait_for};
use super::assert_nothing_private;
use super::mail_server::MailServer;
use crate::fixture::EMAIL;
use crate::test_chat::open_stream;

#[test]
fn what_the_assistant_says_leaves_once_and_in_order() {
    on_both(&[], async |outbox| {
        let (v, g) = (&outbox.setup.v, &outbox.setup.g);
        let chat = outbox.chat(json!({})).await;
        outbox.post(v, &chat, "mine").await;
        outbox.post(g, &chat, "between us").await;
        outbox.say(&chat, "yours").await;
        for number in 0..10 {
            outbox.say(&chat, &format!("number {number}")).await;
        }
        let numbers: Vec<_> = (0..10).map(|number| format!("number {number}")).collect();
        let said = ["yours"]
            .into_iter()
            .chain(numbers.iter().map(String::as_str));
        let shown = said.clone().map(|text| (text, Some("sent")));
        let shown: Vec<_> = [("mine", None), ("between us", None)]
            .into_iter()
            .chain(shown)
            .collect();
        outbox.wait_for(&chat, &shown).await;
        assert!(
            outbox.sent().iter().map(String::as_str).eq(said),
            "{:?}",
            outbox.sent()
        );

        let served = json!({ "assistantEnabled": true, "assistantMemberId": outbox.setup.agent });
        let served = outbox.chat(served).await;
        outbox.post(v, &served, "hello").await;
        let answered = [("hello", None), ("You said: hello", Some("sent"))];
        outbox.wait_for(&served, &answered).await;
        assert_eq!(outbox.sent().len(), 12);
        assert_eq!(outbox.sent()[11], "You said: hello");
        let web = json!({ "channel": "web-chat", "phoneNumberId": null });
        let web = outbox.chat(web).await;
        outbox.say(&web, "on the page").await;
        outbox.wait_for(&web, &[("on the page", None)]).await;
        let counted = "select count(*) from delivery where state = 'sent'";
        assert_eq!(outbox.setup.server.count(counted), 12);
        assert_nothing_private(&outbox.setup.server.logs());
    });
}

#[test]
fn words_beside_tool_calls_leave_and_questions_to_staff_do_not() {
    on_both(&[], async |outbox| {
        let served = json!({ "assistantEnabled": true, "assistantMemberId": outbox.setup.agent });
        let chat = outbox.chat(served).await;
        let question = "one moment\n/tool hand_off {\"reason\": \"wants a refund\"}";
        outbox.post(&outbox.setup.v, &chat, question).await;
        let result = r#"{"handed_off":true}"#;
        let said = ("You said: one moment", Some("sent"));
        let shown = [(question, None), said, (result, None)];
        outbox.wait_for(&chat, &shown).await;
        assert_eq!(outbox.sent(), ["You said: one moment"]);

        let served = json!({ "assistantEnabled": true, "assistantMemberId": outbox.setup.agent });
        let chat = outbox.chat(served).await;
        let add = json!({ "memberId": outbox.setup.u.number });
        let path = format!("/chats/{}/participants", chat["id"]);
        outbox
            .setup
            .post(&outbox.setup.g, &path, add)
            .await
            .expect(200);
        let ask = "/tool request_contributor_input {\"question\": \"Is it in stock?\"}";
        outbox.post(&outbox.setup.v, &chat, ask).await;
        let asked = r#"{"asked":["Uma"]}"#;
        let answer = format!("The tool returned: {asked}");
        let shown = [
            (ask, None),
            ("Is it in stock?", None),
            ("", None),
            (asked, None),
            (&answer, Some("sent")),
        ];
        outbox.wait_for(&chat, &shown).await;
        assert_eq!(outbox.sent().last(), Some(&answer));
        assert_eq!(outbox.sent().len(), 2);
    });
}

#[test]
fn each_change_of_a_delivery_reaches_those_who_follow_the_chat() {
    on_both(&[], async |outbox| {
        let chat = outbox.chat(json!({})).await;
        let (server, token) = (&outbox.setup.server, &outbox.setup.v.token);
        let (mut events, _) = open_stream(server, token, &chat, "", None).await;
        outbox.say(&chat, "yours").await;
        let event = events.next().await;
        assert_eq!(event.name, "chat:message_created");
        let event = events.next().await;
        assert_eq!(event.name, "chat:message_updated");
        let shown = (&event.data["content"], &event.data["deliveryStatus"]);
        assert_eq!(shown, (&json!("yours"), &json!("sent")));
        assert_eq!(outbox.report("delivered", TOKEN).await, 204);
        let event = events.next().await;
        assert_eq!(event.name, "chat:message_updated");
        assert_eq!(event.data["deliveryStatus"], "delivered");
    });
}

#[test]
fn carrier_reports_what_becomes_of_a_message() {
    on_both(&[], async |outbox| {
        let chat = outbox.chat(json!({})).await;
        let mut shown = Vec::new();
        for (text, reports, state) in [
            (
                "arrives",
                &["sent", "delivered", "sent", "delivered"][..],
                "delivered",
            ),
            (
                "overtakes",
                &["delivered", "queued", "sent", "failed"],
                "delivered",
            ),
            (
                "fails",
                &["undelivered", "undelivered", "delivered"],
                "failed",
            ),
            ("is new", &["received", "unheard-of"], "sent"),
        ] {
            outbox.say(&chat, text).await;
            let waiting = [shown.clone(), vec![(text, Some("sent"))]].concat();
            outbox.wait_for(&chat, &waiting).await;
            assert_eq!(outbox.report(reports[0], "wrong").await, 401);
            for report in reports {
                assert_eq!(outbox.report(report, TOKEN).await, 204, "{report}");
            }
            shown.push((text, Some(state)));
            outbox.wait_for(&chat, &shown).await;
        }
        let entries = "select count(*) from log_entry where kind = 'message_delivery'";
        // Sent each, and three reports that were news.
        assert_eq!(outbox.setup.server.count(entries), 7);
        let workspace = outbox.setup.server.a.workspace.clone();
        for (workspace, id) in [
            (
                workspace.to_string(),
                "0190d0c0-0000-7000-8000-000000000000",
            ),
            (workspace.to_string(), "nothing"),
            (
                outbox.setup.server.b.workspace.to_string(),
                &*outbox.newest_delivery(),
            ),
        ] {
            let path = format!("/carriers/sms/{workspace}/deliveries/{id}");
            assert_eq!(
                outbox.report_at(&path, "delivered", TOKEN).await,
                404,
                "{path}"
            );
        }
        outbox.wait_for(&chat, &shown).await;
    });
}

#[test]
fn answers_leave_as_mails() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        let server = MailServer::start("none", "");
        block_on(async {
            let setup = start(backend, &server.section("tls = 'none'")).await;
            let body = json!({
                "channel": "email", "assistantEnabled": true, "assistantMemberId": setup.agent,
                "memberId": setup.v.number, "title": "Your visit",
            });
            let chat = setup.create_chat(&setup.g, body).await;
            let path = format!("/chats/{}/messages", chat["id"]);
            setup
                .post(&setup.v, &path, json!({ "content": "When?" }))
                .await
                .expect(200);
            let mail = server.next_mail();
            assert_eq!(
                (&mail["to"], mail["text"].as_str().unwrap().trim_end()),
                (&json!([EMAIL]), "You said: When?")
            );
            let shown = [("When?", None), ("You said: When?", Some("sent"))];
            wait_for(&setup, &chat, &shown).await;
            assert!(!server.has_mail());
        });
    }
}
