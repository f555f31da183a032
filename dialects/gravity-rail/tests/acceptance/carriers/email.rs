//! Mails over a mail server.

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::json;

use super::mail_server::MailServer;
use super::{TEXT, assert_not_sent, assert_nothing_private, assert_sent, create_chat, start};
use crate::fixture::EMAIL;

const LOGIN: &str = "username = 'clinic'\npassword = 'secret-of-the-account'";

#[test]
fn mail_is_sent_encrypted_and_logged_in_in_both_forms() {
    for (backend, mode) in [
        (TestBackend::Sqlite, "starttls"),
        (TestBackend::Postgres, "implicit"),
    ] {
        let server = MailServer::start(mode, "secret-of-the-account");
        block_on(async {
            let section = server.section(&format!("tls = '{mode}'\n{LOGIN}"));
            let setup = start(backend, &section).await;
            let chat = create_chat(&setup, "email", TEXT).await;
            assert_sent(&chat);
            let mail = server.next_mail();
            assert_eq!(mail["from"], "desk@example.org");
            assert_eq!(mail["to"], json!([EMAIL]));
            assert_eq!(mail["headers"]["subject"], "Your *visit*");
            assert_eq!(mail["text"].as_str().unwrap().trim_end(), TEXT);
            assert_eq!(
                (&mail["isEncrypted"], &mail["isAuthenticated"]),
                (&json!(true), &json!(true))
            );

            let path = format!("/chats/{}/send-assistant-message", chat["id"]);
            let answer = json!({ "message": "**Grüße**\n<img src=x>" });
            setup.post(&setup.g, &path, answer).await.expect(200);
            let second = server.next_mail();
            assert_eq!(
                second["text"].as_str().unwrap().trim_end(),
                "**Grüße**\n<img src=x>"
            );
            let html = second["html"].as_str().unwrap();
            assert!(
                html.contains("<strong>Grüße</strong>") && !html.contains("<img"),
                "{html}"
            );
            assert_ne!(
                mail["headers"]["message-id"],
                second["headers"]["message-id"]
            );
            assert!(!server.has_mail());
            assert_nothing_private(&setup.server.logs());
        });
    }
}

#[test]
fn mail_without_encryption_needs_to_be_asked_for() {
    let server = MailServer::start("none", "");
    block_on(async {
        let setup = start(TestBackend::Sqlite, &server.section("tls = 'none'")).await;
        assert_sent(&create_chat(&setup, "email", TEXT).await);
        assert_eq!(server.next_mail()["isEncrypted"], false);
        // A server that does not offer encryption gets no mail.
        let setup = start(TestBackend::Sqlite, &server.section("")).await;
        let chat = create_chat(&setup, "email", TEXT).await;
        assert_not_sent(
            &setup,
            &chat,
            ("email_dispatch_failed", "lacks what the settings ask for"),
        );
        assert!(!server.has_mail());
    });
}

#[test]
fn wrong_password_and_unknown_certificate_are_failures() {
    let server = MailServer::start("starttls", "another");
    block_on(async {
        let setup = start(TestBackend::Sqlite, &server.section(LOGIN)).await;
        let chat = create_chat(&setup, "email", TEXT).await;
        assert_not_sent(&setup, &chat, ("email_dispatch_failed", "refused it (535)"));
        let untrusted = format!(
            "[smtp]\nhost = 'localhost'\nport = {}\n{LOGIN}",
            server.port
        );
        let setup = start(TestBackend::Sqlite, &untrusted).await;
        let chat = create_chat(&setup, "email", TEXT).await;
        assert_not_sent(
            &setup,
            &chat,
            ("email_dispatch_failed", "TLS with the mail server failed"),
        );
    });
}

#[test]
fn refused_recipient_and_lost_connection_are_failures() {
    let server = MailServer::start("starttls", "");
    block_on(async {
        let setup = start(TestBackend::Sqlite, &server.section("timeout = '20s'")).await;
        let failed = "email_dispatch_failed";
        let bounced = "recipient_address_bounced";
        for (mailbox, code, logged) in [
            ("full", failed, "refused it (452)"),
            ("unknown", bounced, "refused it (550)"),
            // It is known now, and not asked again.
            ("unknown", bounced, "refused it (550)"),
            ("drop", failed, "connection to the mail server failed"),
        ] {
            let member = json!({ "email": format!("{mailbox}@example.org") });
            setup
                .put(&setup.g, &format!("/members/{}", setup.v.number), member)
                .await
                .expect(200);
            let chat = create_chat(&setup, "email", TEXT).await;
            assert_not_sent(&setup, &chat, (code, logged));
        }
        assert_eq!(setup.server.logs().matches("refused it (550)").count(), 1);
    });
}
