//! Mails that swaks sends, a client of others.

use std::process::{Command, Output};

use super::super::mail_server::file;
use super::{DESK, EMAIL, Listener, STRANGER, on_both};

/// Exit codes of swaks: a recipient and a text that were refused.
const RECIPIENT_REFUSED: i32 = 24;

fn tls() -> String {
    format!(
        "tls_certificate_file = '{}'\ntls_key_file = '{}'\n",
        file("mail_server.pem").display(),
        file("mail_server.key.pem").display()
    )
}

/// Sends a mail with these arguments.
fn swaks(listener: &Listener, recipients: &str, arguments: &[&str]) -> Output {
    let port = listener.port().to_string();
    Command::new("swaks")
        .args(["--server", "127.0.0.1", "--port", &port, "--timeout", "60"])
        .args([
            "--from",
            EMAIL,
            "--to",
            recipients,
            "--ehlo",
            "home.example",
        ])
        .args(["--header", "Subject: Visit", "--body", "Can I come?"])
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("`cargo xtask setup` installs swaks: {error}"))
}

#[track_caller]
fn assert_sent(output: &Output, said: &[&str]) {
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    for said in said {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn swaks_sends_encrypted_where_that_is_required() {
    on_both(&format!("{}require_tls = true", tls()), async |listener| {
        let refused = swaks(&listener, DESK, &[]);
        let text = String::from_utf8_lossy(&refused.stdout);
        assert!(
            !refused.status.success() && text.contains("530 5.7.0"),
            "{text}"
        );
        listener.assert_nothing_stored().await;
        let sent = swaks(&listener, DESK, &["--tls"]);
        assert_sent(
            &sent,
            &[
                "TLS started with cipher",
                "~> DATA",
                "250 2.0.0 Mail accepted",
            ],
        );
        assert_eq!(listener.texts().await, ["Can I come?"]);
        listener.assert_private();
    });
}

#[test]
fn swaks_sends_a_pipeline_and_a_long_mail() {
    on_both(&tls(), async |listener| {
        assert_sent(
            &swaks(&listener, DESK, &["--pipeline"]),
            &["250 2.0.0 Mail accepted"],
        );
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("long");
        let lines = "0123456789\n".repeat(10_000);
        std::fs::write(&long, format!("{lines}\n.\n..\nend\n")).unwrap();
        let body = format!("@{}", long.display());
        let sent = swaks(&listener, DESK, &["--tls", "--pipeline", "--body", &body]);
        assert_sent(&sent, &["250 2.0.0 Mail accepted"]);
        assert_eq!(listener.texts().await.len(), 2);
        let unknown = swaks(&listener, "nobody@example.org", &[]);
        assert_eq!(
            unknown.status.code(),
            Some(RECIPIENT_REFUSED),
            "{unknown:?}"
        );
        assert_eq!(listener.chats().await.len(), 1);
    });
}

#[test]
fn swaks_sends_by_lmtp_to_each_recipient() {
    on_both("protocol = 'lmtp'", async |listener| {
        listener.create_foreign_inbox("help@other.example").await;
        let recipients = format!("{DESK},nobody@example.org,help@other.example");
        let sent = swaks(&listener, &recipients, &["--protocol", "LMTP"]);
        let text = String::from_utf8_lossy(&sent.stdout);
        assert_eq!(text.matches("250 2.0.0 Mail accepted").count(), 2, "{text}");
        assert!(text.contains("550 5.1.1"), "{text}");
        assert_eq!(listener.texts().await, ["Can I come?"]);
        // SMTP is not spoken there.
        assert!(!swaks(&listener, DESK, &[]).status.success());
        // A mail without a sender.
        let report = swaks(&listener, DESK, &["--protocol", "LMTP", "--from", "<>"]);
        assert!(report.status.success(), "{report:?}");
        assert_eq!(listener.texts().await.len(), 1);
        assert!(!listener.setup.server.logs().contains(STRANGER));
    });
}
