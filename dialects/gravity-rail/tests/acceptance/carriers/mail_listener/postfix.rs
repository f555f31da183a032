//! Mails that postfix hands over, as the documentation configures it.

use std::process::{Command, Output};

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;

use super::postfix_server::PostfixServer;
use super::{DESK, EMAIL, Listener};

/// Returns the documented settings, with the listener's real port.
fn documented_settings(port: u16, transport: &str) -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/carriers.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut blocks = page.split("```").skip(1).step_by(2);
    let block = blocks
        .find(|block| block.contains("transport_maps"))
        .unwrap();
    let (_, settings) = block.split_once('\n').unwrap();
    let documented = "lmtp:inet:127.0.0.1:2525";
    assert!(settings.contains(documented), "{settings}");
    settings.replace(documented, &format!("{transport}:{port}"))
}

/// Sends a mail to postfix.
fn send(postfix: &PostfixServer, recipient: &str, text: &str) -> Output {
    Command::new("swaks")
        .args(["--server", "127.0.0.1", "--port", &postfix.port.to_string()])
        .args(["--from", EMAIL, "--to", recipient, "--ehlo", "home.example"])
        .args([
            "--header",
            "Subject: Visit",
            "--body",
            text,
            "--timeout",
            "60",
        ])
        .output()
        .unwrap_or_else(|error| panic!("`cargo xtask setup` installs swaks: {error}"))
}

#[test]
fn postfix_hands_over_by_lmtp_and_repeats_what_was_refused_for_the_moment() {
    block_on(hand_over(
        TestBackend::Sqlite,
        "lmtp",
        "lmtp:inet:127.0.0.1",
    ));
}

#[test]
fn postfix_hands_over_by_smtp_and_repeats_what_was_refused_for_the_moment() {
    block_on(hand_over(TestBackend::Postgres, "smtp", "smtp:[127.0.0.1]"));
}

async fn hand_over(backend: TestBackend, protocol: &str, transport: &str) {
    let listener = Listener::start(backend, &format!("protocol = '{protocol}'")).await;
    let postfix = PostfixServer::start(&documented_settings(listener.port(), transport));
    let sent = send(&postfix, DESK, "Can I come?");
    assert!(sent.status.success(), "{sent:?}");
    postfix.wait_for("status=sent");
    assert_eq!(listener.texts().await, ["Can I come?"]);
    // What nobody has is refused while its sender is there.
    let refused = send(&postfix, "nobody@example.org", "Hi");
    let text = String::from_utf8_lossy(&refused.stdout);
    assert!(text.contains("550 5.1.1"), "{text}");
    // The mail waits at postfix, and comes once.
    let inbox = listener.create_foreign_inbox(DESK).await;
    let sent = send(&postfix, DESK, "At ten?");
    assert!(sent.status.success(), "{sent:?}");
    postfix.wait_for("status=deferred");
    assert_eq!(listener.texts().await.len(), 1);
    listener.delete_foreign_inbox(&inbox).await;
    postfix.wait_for("status=sent");
    assert_eq!(listener.texts().await, ["Can I come?", "At ten?"]);
}
