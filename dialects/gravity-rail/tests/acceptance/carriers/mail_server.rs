//! A mail server of others: aiosmtpd, with a mailbox that records.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

/// Time in which a mail must arrive on a busy machine.
const WAIT_TIMEOUT: Duration = Duration::from_secs(60);

/// A running mail server; killed when dropped.
pub(super) struct MailServer {
    child: Child,
    lines: Receiver<String>,
    pub(super) port: u16,
}

/// Returns a file beside this one.
pub(super) fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance/carriers");
    folder.join(name)
}

impl MailServer {
    /// Starts a server that encrypts by `mode`, with a password for the user `clinic` unless it is empty.
    pub(super) fn start(mode: &str, password: &str) -> Self {
        let python = std::env::var("PARLOR_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut child = Command::new(python)
            .arg(file("mail_server.py"))
            .arg(mode)
            .args([file("mail_server.pem"), file("mail_server.key.pem")])
            .arg(password)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let port = lines.recv_timeout(WAIT_TIMEOUT);
        let port = port.unwrap_or_else(|_| panic!("`cargo xtask setup` installs the mail server"));
        Self {
            child,
            lines,
            port: port.parse().unwrap(),
        }
    }

    /// Returns the section of a configuration file.
    pub(super) fn section(&self, more: &str) -> String {
        let trusted = file("mail_server.pem");
        format!(
            "[smtp]\nhost = 'localhost'\nport = {}\nca_file = '{}'\n{more}",
            self.port,
            trusted.display()
        )
    }

    /// Returns the next mail.
    pub(super) fn next_mail(&self) -> Value {
        let line = self.lines.recv_timeout(WAIT_TIMEOUT).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Returns whether a mail has arrived that was not taken.
    pub(super) fn has_mail(&self) -> bool {
        self.lines.try_recv().is_ok()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
