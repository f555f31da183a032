//! Whose mails are stored.

use serde_json::json;

use super::{Mail, STRANGER, on_both, only};
use crate::fixture::EMAIL;

#[test]
fn simultaneous_mails_of_a_stranger_make_one_member_and_one_chat() {
    on_both(async |hook| {
        let before = hook.members().await;
        let from = format!("\"Sam  Stranger\" <{STRANGER}>");
        let mail = |id| Mail::new(id, &from, "Hello", id);
        let (one, two, three) = (mail("one"), mail("two"), mail("three"));
        parlor_testkit::tokio::join!(hook.receive(&one), hook.receive(&two), hook.receive(&three));
        let chats = hook.chats().await;
        let chat = only(&chats);
        assert_eq!(
            (&chat["messageCount"], &chat["needsResponse"]),
            (&json!(3), &json!(true))
        );
        assert_eq!(
            chat["assistantEnabled"], false,
            "a person has to look first"
        );
        assert_eq!(hook.members().await, before + 1);
        let path = format!("/members/{}", chat["memberId"]);
        let member = hook.setup.get(&hook.setup.g, &path).await.expect(200);
        assert_eq!(member["email"], STRANGER);
        assert!(member.to_string().contains("Sam Stranger"), "{member}");
        hook.assert_private();
    });
}

#[test]
fn simultaneous_mails_of_a_member_make_one_chat() {
    on_both(async |hook| {
        for round in 1..=4 {
            let subject = format!("Question {round}");
            let ids = ["one", "two", "three", "four"].map(|id| format!("{id}-{round}"));
            let mails = ids
                .each_ref()
                .map(|id| Mail::new(id, EMAIL, &subject, "Hello"));
            let [one, two, three, four] = &mails;
            parlor_testkit::tokio::join!(
                hook.receive(one),
                hook.receive(two),
                hook.receive(three),
                hook.receive(four)
            );
            assert_eq!(hook.chats().await.len(), round);
        }
    });
}

#[test]
fn simultaneous_mails_of_a_stranger_to_several_inboxes_make_one_member() {
    on_both(async |hook| {
        let setup = &hook.setup;
        let before = hook.members().await;
        for name in ["one", "two", "three"] {
            let inbox = json!({ "address": format!("{name}@example.org") });
            setup.post(&setup.g, "/inboxes", inbox).await.expect(200);
        }
        for round in 0..5 {
            let from = format!("stranger{round}@home.example");
            let mail = |headers| Mail {
                headers,
                ..Mail::new("1", &from, "Hello", "Hi")
            };
            let one = mail("To: one@example.org\r\n");
            let two = mail("To: two@example.org\r\n");
            let three = mail("To: three@example.org\r\n");
            parlor_testkit::tokio::join!(
                hook.receive(&one),
                hook.receive(&two),
                hook.receive(&three)
            );
        }
        assert_eq!(hook.members().await, before + 5);
    });
}

#[test]
fn inbox_with_a_workflow_has_its_assistant_answer_strangers() {
    on_both(async |hook| {
        let setup = &hook.setup;
        let path = format!("/inboxes/{}", setup.inbox);
        let workflow = json!({ "workflowId": setup.workflow });
        setup.put(&setup.g, &path, workflow).await.expect(200);
        hook.receive(&Mail::new("1", STRANGER, "Hello", "Hi")).await;
        let chats = hook.chats().await;
        let chat = only(&chats);
        assert_eq!(
            (&chat["assistantEnabled"], &chat["workflowId"]),
            (&json!(true), &json!(setup.workflow))
        );
    });
}

#[test]
fn mail_of_a_program_is_stored_nowhere() {
    on_both(async |hook| {
        let before = hook.members().await;
        let own =
            "5f0c9a1e-0000-7000-8000-000000000001.5f0c9a1e-0000-4000-8000-000000000002@example.org";
        let own_id = format!("<{own}>");
        for (id, headers) in [
            ("1", "Auto-Submitted: auto-replied\r\n"),
            ("2", "Precedence: bulk\r\n"),
            ("3", "X-Auto-Response-Suppress: All\r\n"),
            ("4", "List-Id: <l.example>\r\n"),
            ("5", "Return-Path: <>\r\n"),
            ("6", "X-Failed-Recipients: a@b.example\r\n"),
            ("7", "X-Loop: desk@example.org\r\n"),
            (&own_id, ""),
        ] {
            for from in [EMAIL, STRANGER] {
                let mail = Mail {
                    headers,
                    ..Mail::new(id, from, "Away", "I am away")
                };
                hook.receive(&mail).await;
            }
        }
        assert!(hook.chats().await.is_empty());
        assert_eq!(hook.members().await, before);
        let logs = hook.setup.server.logs();
        for reason in [
            "a program has sent it",
            "was not delivered",
            "this server has sent it",
        ] {
            assert!(logs.contains(reason), "{reason}");
        }
        assert!(!hook.mail_server.has_mail());
        hook.assert_private();
    });
}

#[test]
fn sender_that_cannot_be_answered_is_not_stored() {
    on_both(async |hook| {
        let setup = &hook.setup;
        let path = format!("/members/{}/archive", setup.v.number);
        setup.post(&setup.g, &path, json!({})).await.expect(200);
        let help = json!({ "address": "help@other.example" });
        setup.post(&setup.g, "/inboxes", help).await.expect(200);
        let before = hook.members().await;
        for from in [
            "help@other.example",
            EMAIL,
            "desk@example.org",
            "nobody",
            "a b@home.example",
            "",
        ] {
            hook.receive(&Mail::new("1", from, "Hello", "Hi")).await;
        }
        assert!(hook.chats().await.is_empty());
        assert_eq!(hook.members().await, before);
        assert!(setup.server.logs().contains("a mail was not stored"));
    });
}
