//! Requests of mail servers.

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::json;

use super::super::start;
use super::{Mail, STRANGER, TOKEN, on_both, only};
use crate::fixture::EMAIL;

#[test]
fn inbox_is_that_of_the_envelope_otherwise_of_the_headers() {
    on_both(async |hook| {
        let setup = &hook.setup;
        let help = json!({ "address": "help@example.org" });
        let help = setup.post(&setup.g, "/inboxes", help).await.expect(200);
        let authorization = format!("Bearer {TOKEN}");
        let post = async |mail: &Mail<'_>, envelope: &str| {
            let headers = [
                ("authorization", authorization.as_str()),
                ("x-envelope-to", envelope),
            ];
            hook.post(mail.raw(), &headers).await
        };
        let mail = Mail::new("1", EMAIL, "Hello", "Hi");
        assert_eq!(post(&mail, "<Help@example.org>").await, 204);
        assert_eq!(hook.chats().await[0]["inboxId"], help["id"]);
        assert_eq!(post(&mail, "other@example.org").await, 404);
        for (id, headers, status) in [
            (
                "2",
                "To: a@home.example\r\nCc: b@home.example, help@example.org\r\n",
                204,
            ),
            (
                "3",
                "To: list@home.example\r\nDelivered-To: help@example.org\r\n",
                204,
            ),
            (
                "4",
                "To: list@home.example\r\nX-Original-To: help@example.org\r\n",
                204,
            ),
            ("5", "To: other@example.org\r\n", 404),
        ] {
            let mail = Mail {
                headers,
                ..Mail::new(id, EMAIL, "Hello", id)
            };
            assert_eq!(hook.deliver(mail.raw()).await, status, "{headers}");
        }
        let chats = hook.chats().await;
        assert_eq!(hook.texts(only(&chats)).await, ["Hi", "2", "3", "4"]);
        let before = hook.members().await;
        let stranger = Mail {
            headers: "To: other@example.org\r\n",
            ..Mail::new("6", STRANGER, "Hello", "Hi")
        };
        for _ in 0..2 {
            assert_eq!(hook.deliver(stranger.raw()).await, 404);
        }
        assert_eq!(hook.members().await, before);
        // Each is kept once, for a person to see.
        let kept = "select count(*) from unmatched_message
            where medium = 'email' and recipient = 'other@example.org'";
        assert_eq!(setup.server.count(kept), 3);
        let content = "select count(*) from unmatched_message where content like 'Hello%Hi'";
        assert_eq!(setup.server.count(content), 2);
        hook.assert_private();
    });
}

#[test]
fn request_without_the_token_is_refused_before_its_body() {
    on_both(async |hook| {
        let raw = Mail::new("1", EMAIL, "Hello", "Hi").raw();
        for authorization in ["Bearer another", "Bearer ", "Basic c2VjcmV0", TOKEN, ""] {
            let status = hook
                .post(raw.clone(), &[("authorization", authorization)])
                .await;
            assert_eq!(status, 401, "{authorization}");
        }
        let response = hook.setup.server.post(&hook.path).send().await;
        let scheme = response.header("www-authenticate");
        assert_eq!((response.status, scheme), (401, "Bearer"));
        let get = hook.setup.server.get(&hook.path).send().await;
        assert_eq!((get.status, get.header("allow")), (405, "POST"));
        assert!(hook.chats().await.is_empty());
        assert_eq!(hook.deliver(raw).await, 204);
    });
}

#[test]
fn request_that_is_no_mail_is_told_to_the_mail_server() {
    on_both(async |hook| {
        let authorization = format!("Bearer {TOKEN}");
        for (body, media_type, status) in [
            ("", "message/rfc822", 400),
            ("\r\n\r\n", "message/rfc822", 400),
            ("{}", "application/json", 415),
            ("a=b", "application/x-www-form-urlencoded", 415),
        ] {
            let headers = [
                ("authorization", authorization.as_str()),
                ("content-type", media_type),
            ];
            assert_eq!(hook.post(body, &headers).await, status, "{media_type}");
        }
        let unknown = "/carriers/mail/00000000-0000-7000-8000-000000000000/messages";
        for path in [unknown, "/carriers/mail/x/messages"] {
            let request = hook.setup.server.post(path).bearer(TOKEN);
            let raw = Mail::new("1", EMAIL, "Hello", "Hi").raw();
            assert_eq!(request.body(raw).send().await.status, 404);
        }
        assert!(hook.chats().await.is_empty());
    });
}

#[test]
fn server_without_the_section_has_no_route() {
    block_on(async {
        let setup = start(TestBackend::Sqlite, "").await;
        let path = format!("/carriers/mail/{}/messages", setup.server.a.workspace);
        let request = setup.server.post(&path).bearer(TOKEN);
        let raw = Mail::new("1", EMAIL, "Hello", "Hi").raw();
        assert_eq!(request.body(raw).send().await.status, 404);
    });
}
