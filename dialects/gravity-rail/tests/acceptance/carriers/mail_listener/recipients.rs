//! Whose mails are taken.

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;

use super::{DESK, EMAIL, Listener, mail, on_both};

#[test]
fn mail_is_taken_for_inboxes_only() {
    on_both("", async |listener| {
        let mut client = listener.connect();
        assert_eq!(client.code(&format!("MAIL FROM:<{EMAIL}>")), "250");
        for (recipient, code) in [
            ("nobody@example.org", "550"),
            ("desk@other.example", "550"),
            ("desk%other.example@example.org", "550"),
            // A route is not followed.
            ("@relay.example:desk@example.org", "250"),
            ("desk", "501"),
            ("", "550"),
            ("\"desk\"@example.org", "250"),
            ("DESK@Example.ORG", "250"),
        ] {
            let reply = client.code(&format!("RCPT TO:<{recipient}>"));
            assert_eq!(reply, code, "{recipient}");
        }
        assert_eq!(client.code("DATA"), "354");
        assert_eq!(client.code(&format!("{}.", mail("1", "Hi"))), "250");
        assert_eq!(listener.texts().await, ["Hi"]);
        // An inbox that is gone is not one.
        let path = format!("/inboxes/{}", listener.setup.inbox);
        let archived = listener.setup.delete(listener.manager(), &path).await;
        assert!((200..300).contains(&archived.status), "{archived:?}");
        assert_eq!(client.code(&format!("MAIL FROM:<{EMAIL}>")), "250");
        assert_eq!(client.code(&format!("RCPT TO:<{DESK}>")), "550");
        listener.assert_private();
    });
}

#[test]
fn mail_for_inboxes_of_two_workspaces_is_stored_in_both() {
    on_both("", async |listener| {
        listener.create_foreign_inbox("help@other.example").await;
        let server = &listener.setup.server;
        let stored = "select cast(count(*) as bigint) from message where client_id like 'mail:%'";
        let mut client = listener.connect();
        let recipients = [DESK, "help@other.example"];
        for _ in 0..2 {
            assert_eq!(client.deliver(EMAIL, &recipients, &mail("1", "Hi")), "250");
            assert_eq!(server.count(stored), 2);
        }
        assert_eq!(listener.texts().await, ["Hi"]);
    });
}

#[test]
fn mail_waits_while_two_workspaces_have_its_address() {
    on_both("", async |listener| {
        let inbox = listener.create_foreign_inbox("desk@EXAMPLE.org").await;
        let mut client = listener.connect();
        assert_eq!(client.code(&format!("MAIL FROM:<{EMAIL}>")), "250");
        assert_eq!(client.code(&format!("RCPT TO:<{DESK}>")), "451");
        listener.delete_foreign_inbox(&inbox).await;
        assert_eq!(client.code("RSET"), "250");
        assert_eq!(client.deliver(EMAIL, &[DESK], &mail("1", "Hi")), "250");
        assert_eq!(listener.texts().await, ["Hi"]);
        listener.assert_private();
    });
}

#[test]
fn listener_of_one_workspace_takes_no_mail_of_another() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let mut listener = Listener::start(backend, "").await;
            for address in [DESK, "help@other.example"] {
                listener.create_foreign_inbox(address).await;
            }
            let own = listener.setup.server.a.workspace.to_string();
            let unknown = "00000000-0000-7000-8000-000000000000".to_owned();
            for (id, code) in [(own, "250"), (unknown, "451")] {
                let restarted = listener.setup.server.restart_with(|options| {
                    let mail_in = options.carriers.mail_in.as_mut().unwrap();
                    mail_in.workspace = Some(id);
                });
                restarted.await;
                let mut client = listener.connect();
                assert_eq!(client.code(&format!("MAIL FROM:<{EMAIL}>")), "250");
                assert_eq!(client.code(&format!("RCPT TO:<{DESK}>")), code);
                assert_eq!(
                    client.code("RCPT TO:<help@other.example>"),
                    if code == "250" { "550" } else { code }
                );
            }
        });
    }
}
