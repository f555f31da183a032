//! Reports of mails that were not delivered.
//!
//! Proves INV-78, INV-90 (`docs/invariants.md`).

use serde_json::{Value, json};

use super::{Hook, Mail, on_both};
use crate::carriers::TEXT;
use crate::fixture::EMAIL;

/// A report of a mail server about a mail with an id.
fn report(action: &str, mail: &str) -> String {
    report_of(action, mail, ("5.1.1", EMAIL))
}

/// A report with a status of a recipient.
fn report_of(action: &str, mail: &str, (status, recipient): (&str, &str)) -> String {
    format!(
        "From: mailer-daemon@home.example\r\nTo: Desk@Example.ORG\r\nSubject: Undelivered\r\nReturn-Path: <>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nWhat became of your mail to {EMAIL}\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; home.example\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {mail}\r\nSubject: Appointment\r\n\r\n{TEXT}\r\n--b--\r\n"
    )
}

impl Hook {
    /// Says something as the assistant in a new chat over mail; returns the chat, and the id of the mail.
    async fn say(&self) -> (Value, String) {
        let setup = &self.setup;
        let body = json!({
            "channel": "email", "assistantEnabled": false, "memberId": setup.v.number, "inboxId": setup.inbox,
        });
        let chat = setup.create_chat(&setup.g, body).await;
        self.say_in(&chat).await;
        let mail = self.mail_server.next_mail();
        let id = mail["headers"]["message-id"].as_str().unwrap().to_owned();
        let sent = "select count(*) from delivery where state in ('queued', 'sending')";
        setup.server.wait_for_count(sent, 0).await;
        (chat, id)
    }

    async fn say_in(&self, chat: &Value) {
        let setup = &self.setup;
        let path = format!("/api/v1/chats/{}/messages", chat["uuid"].as_str().unwrap());
        let said = json!({ "content": TEXT, "sender_role": "assistant" });
        let request = setup
            .server
            .post(&path)
            .header("x-api-key", &setup.server.a.key);
        request.json(&said).send().await.expect(201);
    }

    /// Returns whether the member's address is one that does not exist.
    async fn is_undeliverable(&self) -> Value {
        let path = format!("/members/{}", self.setup.v.number);
        let member = self.setup.get(&self.setup.g, &path).await.expect(200);
        assert_eq!(member["smsUndeliverable"], false);
        member["emailUndeliverable"].clone()
    }

    async fn state(&self, chat: &Value) -> Value {
        let path = format!("/chats/{}/messages", chat["id"]);
        let page = self.setup.get(&self.setup.g, &path).await.expect(200);
        page[0]["deliveryStatus"].clone()
    }
}

#[test]
fn mail_that_comes_back_makes_its_message_a_failed_one() {
    on_both(async |hook| {
        let (chat, id) = hook.say().await;
        let (other, other_id) = hook.say().await;
        let (members, chats) = (hook.members().await, hook.chats().await.len());
        let local = |id: &str| {
            id.trim_matches(['<', '>'])
                .split('@')
                .next()
                .unwrap()
                .to_owned()
        };
        let (own, others) = (local(&id), local(&other_id));
        let mixed = format!("<{}.{}@example.org>", &own[..36], &others[37..]);
        for without_effect in [
            report("delayed", &id),
            report("failed", "<somebody@home.example>"),
            report(
                "failed",
                "<00000000-0000-0000-0000-000000000001.00000000-0000-0000-0000-000000000002@example.org>",
            ),
            report("failed", &mixed),
        ] {
            assert_eq!(hook.deliver(without_effect).await, 204);
            assert_eq!(
                (hook.state(&chat).await, hook.state(&other).await),
                (json!("sent"), json!("sent"))
            );
        }
        for _ in 0..2 {
            assert_eq!(hook.deliver(report("failed", &id)).await, 204);
            assert_eq!(
                (hook.state(&chat).await, hook.state(&other).await),
                (json!("failed"), json!("sent"))
            );
        }
        let bounced = "select count(*) from delivery where state = 'failed' and reason = 'bounced'";
        assert_eq!(hook.setup.server.count(bounced), 1);
        // Some mail servers name the mail in the headers alone.
        let short = format!(
            "From: mailer-daemon@home.example\r\nTo: Desk@Example.ORG\r\nReturn-Path: <>\r\nX-Failed-Recipients: {EMAIL}\r\n\
             In-Reply-To: {other_id}\r\n\r\nIt could not be delivered.\r\n"
        );
        assert_eq!(hook.deliver(short).await, 204);
        assert_eq!(hook.state(&other).await, "failed");
        assert_eq!(
            (hook.members().await, hook.chats().await.len()),
            (members, chats)
        );
        hook.assert_private();
    });
}

#[test]
fn address_that_does_not_exist_gets_no_mail_until_it_writes() {
    on_both(async |hook| {
        let server = &hook.setup.server;
        let (chat, id) = hook.say().await;
        let (_, full_id) = hook.say().await;
        let (_, forwarded_id) = hook.say().await;
        // A full mailbox exists, and so does an address that passes mails on.
        for (id, status, recipient) in [
            (&full_id, "5.2.2", EMAIL),
            (&forwarded_id, "5.1.1", "elsewhere@home.example"),
        ] {
            let report = report_of("failed", id, (status, recipient));
            assert_eq!(hook.deliver(report).await, 204);
            assert_eq!(hook.is_undeliverable().await, false, "{status} {recipient}");
        }
        let upper = EMAIL.to_uppercase();
        let gone = report_of("failed", &id, ("5.1.1", &upper));
        assert_eq!(hook.deliver(gone).await, 204);
        assert_eq!(hook.is_undeliverable().await, true);
        hook.say_in(&chat).await;
        let refused =
            "select count(*) from delivery where reason = 'address_bounced' and attempts = 0";
        server.wait_for_count(refused, 1).await;
        assert_eq!(hook.state(&chat).await, "failed");
        assert!(!hook.mail_server.has_mail());

        hook.receive(&Mail::new("9", EMAIL, "Hello", "I am here"))
            .await;
        assert_eq!(hook.is_undeliverable().await, false);
        hook.say().await;
        hook.assert_private();
    });
}
