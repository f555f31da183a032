//! Mails to a mail server of others, smtp-sink of postfix, that refuses a mail or is gone after it has the mail.

use std::os::unix::fs::MetadataExt;
use std::process::Stdio;
use std::time::Duration;

use parlor_testkit::backend::block_on;
use parlor_testkit::tokio::net::{TcpListener, TcpStream};
use parlor_testkit::tokio::process::{Child, Command};
use parlor_testkit::tokio::time::{interval, timeout};
use parlor_testkit::{FaultProxy, TestBackend};
use serde_json::json;

use super::setup::{say, start, wait_for};

/// Time in which the program must accept connections on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A mail server with a fault, behind a proxy that counts connections. It is killed when dropped.
struct MailSink {
    proxy: FaultProxy,
    _child: Child,
}

impl MailSink {
    async fn start(fault: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = port.local_addr().unwrap().to_string();
        drop(port);
        let program = std::path::Path::new("/usr/sbin/smtp-sink");
        assert!(
            program.exists(),
            "run `cargo xtask setup`, which installs postfix"
        );
        let mut command = Command::new(program);
        // It refuses to be root.
        if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            command.args(["-u", "nobody"]);
        }
        let mut child = command
            .args(fault)
            .args([address.as_str(), "10"])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let starts = async {
            let mut ticks = interval(Duration::from_millis(20));
            while TcpStream::connect(&address).await.is_err() {
                assert!(child.try_wait().unwrap().is_none(), "smtp-sink has ended");
                ticks.tick().await;
            }
        };
        timeout(START_TIMEOUT, starts).await.unwrap();
        Self {
            proxy: FaultProxy::start(&format!("http://{address}")).await,
            _child: child,
        }
    }

    fn section(&self) -> String {
        let (_, port) = self.proxy.url.rsplit_once(':').unwrap();
        format!("[smtp]\nhost = '127.0.0.1'\nport = {port}\ntls = 'none'\n")
    }
}

#[test]
fn mail_is_repeated_only_if_the_mail_server_has_surely_not_taken_it() {
    block_on(async {
        for (fault, state, reason, attempts) in [
            (&[][..], "sent", "", 1),
            // Each mail is refused for now, at its recipient or at its end.
            (&["-r", "RCPT"], "failed", "receiver_failed", 5),
            (&["-r", "."], "failed", "receiver_failed", 5),
            (&["-f", "RCPT"], "failed", "rejected", 1),
            // The connection ends where the answer to the whole mail is due.
            (&["-q", "."], "unknown", "connection_lost", 1),
        ] {
            let sink = MailSink::start(fault).await;
            let setup = start(TestBackend::Sqlite, &sink.section()).await;
            let body = json!({
                "channel": "email", "assistantEnabled": false, "memberId": setup.v.number, "inboxId": setup.inbox,
            });
            let chat = setup.create_chat(&setup.g, body).await;
            say(&setup, &chat, "Hello").await;
            wait_for(&setup, &chat, &[("Hello", Some(state))]).await;
            let ended = format!(
                "select count(*) from delivery where attempts = {attempts} and coalesce(reason, '') = '{reason}'"
            );
            assert_eq!(setup.server.count(&ended), 1, "{fault:?}");
            assert!(sink.proxy.connection_count() <= attempts, "{fault:?}");
        }
    });
}
