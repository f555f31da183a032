//! Commands of a client.

use smtp_proto::request::receiver::MAX_LINE_LENGTH;
use smtp_proto::{
    Error, MAIL_BODY_7BIT, MAIL_BODY_8BITMIME, MAIL_SMTPUTF8, MailFrom, RcptTo, Request,
};

use super::reply::{self, Reply};

/// Command that is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// `HELO`.
    Helo,
    /// `EHLO`.
    Ehlo,
    /// `LHLO`, of LMTP.
    Lhlo,
    /// `MAIL FROM` with the sender, which is empty for reports, and the size that the mail is said to have.
    Mail { sender: String, size: usize },
    /// `RCPT TO` with the recipient.
    Recipient(String),
    /// `DATA`.
    Data,
    /// `STARTTLS`.
    StartTls,
    /// `RSET`.
    Reset,
    /// `NOOP`.
    Noop,
    /// `VRFY`.
    Verify,
    /// `QUIT`.
    Quit,
    /// `BDAT`, which is not offered. What follows it is no command.
    Chunk,
}

/// Parses a line with its end.
pub(super) fn parse(line: &[u8]) -> Result<Command, Reply> {
    debug_assert!(line.len() <= MAX_LINE_LENGTH);
    let request = Request::parse(&mut line.iter()).map_err(|error| match error {
        Error::UnknownCommand => reply::UNKNOWN_COMMAND,
        Error::InvalidSenderAddress => reply::BAD_SENDER,
        Error::InvalidRecipientAddress => reply::BAD_RECIPIENT,
        Error::UnsupportedParameter { .. } => reply::UNKNOWN_PARAMETER,
        _ => reply::SYNTAX_ERROR,
    })?;
    match request {
        Request::Helo { .. } => Ok(Command::Helo),
        Request::Ehlo { .. } => Ok(Command::Ehlo),
        Request::Lhlo { .. } => Ok(Command::Lhlo),
        Request::Mail { from } => mail(from.into_owned()),
        Request::Rcpt { to } => recipient(to.into_owned()),
        Request::Data => Ok(Command::Data),
        Request::StartTls => Ok(Command::StartTls),
        Request::Rset => Ok(Command::Reset),
        Request::Noop { .. } => Ok(Command::Noop),
        Request::Vrfy { .. } => Ok(Command::Verify),
        Request::Quit => Ok(Command::Quit),
        Request::Bdat { .. } => Ok(Command::Chunk),
        Request::Auth { .. }
        | Request::Expn { .. }
        | Request::Help { .. }
        | Request::Etrn { .. }
        | Request::Atrn { .. }
        | Request::Burl { .. } => Err(reply::NOT_IMPLEMENTED),
    }
}

/// Refuses parameters of extensions that are not offered.
fn mail(from: MailFrom<String>) -> Result<Command, Reply> {
    let offered = MailFrom {
        address: from.address.clone(),
        flags: from.flags & (MAIL_BODY_7BIT | MAIL_BODY_8BITMIME | MAIL_SMTPUTF8),
        size: from.size,
        ..MailFrom::default()
    };
    if from != offered {
        return Err(reply::UNKNOWN_PARAMETER);
    }
    // It becomes a header.
    if from.address.chars().any(char::is_control) {
        return Err(reply::BAD_SENDER);
    }
    Ok(Command::Mail {
        sender: from.address,
        size: from.size,
    })
}

fn recipient(to: RcptTo<String>) -> Result<Command, Reply> {
    let offered = RcptTo {
        address: to.address.clone(),
        ..RcptTo::default()
    };
    if to != offered {
        return Err(reply::UNKNOWN_PARAMETER);
    }
    Ok(Command::Recipient(to.address))
}
