//! A client that says exactly what a test wants.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Time in which the server must say something on a busy machine.
const WAIT_TIMEOUT: Duration = Duration::from_secs(60);

/// A connection to the listener.
pub(super) struct MailClient {
    stream: BufReader<TcpStream>,
}

impl MailClient {
    /// Connects and returns the connection with the server's first reply.
    pub(super) fn connect(port: u16) -> (Self, String) {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
        let mut client = Self {
            stream: BufReader::new(stream),
        };
        let greeting = client.reply();
        (client, greeting)
    }

    /// Connects and greets.
    pub(super) fn greeted(port: u16) -> Self {
        let (mut client, greeting) = Self::connect(port);
        assert!(greeting.starts_with("220 localhost ESMTP"), "{greeting}");
        assert_eq!(client.code("EHLO home.example"), "250");
        client
    }

    /// Sends bytes as they are.
    pub(super) fn send(&mut self, bytes: &str) {
        self.stream.get_mut().write_all(bytes.as_bytes()).unwrap();
    }

    /// Returns the next reply with all its lines.
    pub(super) fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let start = reply.len();
            self.stream.read_line(&mut reply).unwrap();
            if reply.as_bytes().get(start + 3) != Some(&b'-') {
                return reply;
            }
        }
    }

    /// Sends a command and returns the code of its reply.
    pub(super) fn code(&mut self, command: &str) -> String {
        self.send(&format!("{command}\r\n"));
        self.reply().chars().take(3).collect()
    }

    /// Announces a mail and its text.
    pub(super) fn begin(&mut self, sender: &str, recipients: &[&str]) {
        assert_eq!(self.code(&format!("MAIL FROM:<{sender}>")), "250");
        for recipient in recipients {
            assert_eq!(self.code(&format!("RCPT TO:<{recipient}>")), "250");
        }
        assert_eq!(self.code("DATA"), "354");
    }

    /// Sends a mail for the recipients and returns the code of the reply.
    pub(super) fn deliver(&mut self, sender: &str, recipients: &[&str], mail: &str) -> String {
        self.begin(sender, recipients);
        self.code(&format!("{mail}."))
    }

    /// Sends nothing more, and returns what comes until the server closes the connection.
    pub(super) fn hang_up(self) -> String {
        self.stream.get_ref().shutdown(Shutdown::Write).unwrap();
        self.rest()
    }

    /// Returns what comes until the server closes the connection.
    pub(super) fn rest(mut self) -> String {
        let mut text = String::new();
        self.stream.read_to_string(&mut text).unwrap();
        text
    }
}
