//! Replies of the listener, each with its enhanced status code (RFC 3463).

use std::borrow::Cow;

/// Reply to a command, with its line ends. It never contains what the client has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(Cow<'static, str>);

impl Reply {
    /// Creates a reply of one line.
    pub(super) const fn fixed(line: &'static str) -> Self {
        Self(Cow::Borrowed(line))
    }

    /// Creates a reply of lines with the same code.
    pub(super) fn lines(code: u16, lines: &[&str]) -> Self {
        let mut text = String::new();
        for (index, line) in lines.iter().enumerate() {
            let separator = if index + 1 == lines.len() { ' ' } else { '-' };
            text.push_str(&format!("{code}{separator}{line}\r\n"));
        }
        Self(Cow::Owned(text))
    }

    /// Creates several replies that are sent at once.
    pub(super) fn joined(replies: &[Self]) -> Self {
        Self(Cow::Owned(replies.iter().map(Self::as_str).collect()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! replies {
    ($($name:ident = $line:literal;)*) => {
        $(pub(super) const $name: Reply = Reply::fixed(concat!($line, "\r\n"));)*
    };
}

replies! {
    OK = "250 2.0.0 OK";
    SENDER_OK = "250 2.1.0 Sender OK";
    RECIPIENT_OK = "250 2.1.5 Recipient OK";
    MAIL_OK = "250 2.0.0 Mail accepted";
    NOT_VERIFIED = "252 2.5.2 Addresses are checked when a mail is sent";
    BYE = "221 2.0.0 Bye";
    START_TLS = "220 2.0.0 Ready to start TLS";
    START_MAIL = "354 End the mail with a line that has a dot alone";
    SHUTTING_DOWN = "421 4.3.2 The server is stopping";
    TIMED_OUT = "421 4.4.2 The time is over";
    TOO_MANY_CONNECTIONS = "421 4.7.0 Too many connections";
    TOO_MANY_ERRORS = "421 4.7.0 Too many errors";
    TOO_MANY_MAILS = "450 4.7.1 Too many mails, try again later";
    RECIPIENT_UNAVAILABLE = "451 4.3.0 The recipient cannot be looked up now";
    RECIPIENT_AMBIGUOUS = "451 4.1.4 Several workspaces have this address";
    MAIL_UNAVAILABLE = "451 4.3.0 The mail cannot be stored now";
    TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients";
    UNKNOWN_COMMAND = "500 5.5.1 Unknown command";
    LINE_TOO_LONG = "500 5.5.2 The line is too long";
    BAD_LINE_END = "500 5.5.2 A line ends with CR and LF";
    SYNTAX_ERROR = "501 5.5.4 Syntax error";
    BAD_SENDER = "501 5.1.7 The sender's address cannot be read";
    BAD_RECIPIENT = "501 5.1.3 The recipient's address cannot be read";
    NOTHING_MAY_FOLLOW = "501 5.5.1 Nothing may follow STARTTLS before its answer";
    NOT_IMPLEMENTED = "502 5.5.1 Not implemented";
    BAD_SEQUENCE = "503 5.5.1 Bad sequence of commands";
    TLS_REQUIRED = "530 5.7.0 STARTTLS comes first";
    UNKNOWN_RECIPIENT = "550 5.1.1 No such inbox";
    MAIL_TOO_LONG = "552 5.3.4 The mail is too long";
    NO_RECIPIENT = "554 5.5.1 No valid recipient";
    NOT_A_MAIL = "554 5.6.0 This is no mail, or has too many parts or headers";
    BAD_END_OF_MAIL = "554 5.5.2 A mail ends with CR LF . CR LF";
    UNKNOWN_PARAMETER = "555 5.5.4 Parameter not implemented";
}
