//! State of a session with a client, without its connection: bytes come in, steps go out.

use super::command::{self, Command};
use super::line_reader::{Line, LineReader};
use super::mail_data::{MailData, MailProgress};
use super::outcome::{MailReceiptOutcome, RecipientVerdict};
use super::reply::{self, Reply};
use super::settings::{MailListenerSettings, MailProtocol};
use crate::email::receive::MAX_MAIL_BYTES;

/// What the connection has to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum SessionStep<R> {
    /// All input is used.
    NeedsInput,
    /// Send a reply.
    Reply(Reply),
    /// Say to [`MailSession::begin_mail`] whether the client may send another mail.
    CountMail,
    /// Look up the recipient and say to [`MailSession::add_recipient`] what it is.
    FindRecipient(String),
    /// Store the mail for each recipient and say to [`MailSession::end_mail`] what became of it, in the same order.
    StoreMail {
        /// The mail, after a `Return-Path` with the sender.
        mail: Vec<u8>,
        /// The recipients, at least one.
        recipients: Vec<R>,
    },
    /// Send a reply, begin TLS, and go on with [`MailSession::start_tls`].
    StartTls(Reply),
    /// Send a reply and close the connection.
    Close(Reply),
}

/// Mail that is announced.
struct Transaction<R> {
    sender: String,
    recipients: Vec<R>,
}

/// Session of one connection. `R` is what is known of a recipient.
pub struct MailSession<R> {
    settings: MailListenerSettings,
    is_encrypted: bool,
    has_greeted: bool,
    /// Sender of the mail that is waiting to be counted.
    announced: Option<String>,
    transaction: Option<Transaction<R>>,
    /// The mail that is being received.
    data: Option<MailData>,
    lines: LineReader,
    /// Commands that were refused.
    errors: usize,
}

impl<R> MailSession<R> {
    /// Creates a session.
    pub fn new(settings: MailListenerSettings) -> Self {
        Self {
            settings,
            is_encrypted: false,
            has_greeted: false,
            announced: None,
            transaction: None,
            data: None,
            lines: LineReader::default(),
            errors: 0,
        }
    }

    /// Returns what is sent first.
    pub fn greeting(&self) -> Reply {
        let protocol = match self.settings.protocol {
            MailProtocol::Smtp => "ESMTP",
            MailProtocol::Lmtp => "LMTP",
        };
        Reply::lines(220, &[&format!("{} {protocol}", self.settings.hostname)])
    }

    /// Takes bytes from the input and returns what follows from them.
    pub fn advance(&mut self, input: &mut &[u8]) -> SessionStep<R> {
        if self.data.is_some() {
            return self.read_mail(input);
        }
        match self.lines.read(input) {
            None => SessionStep::NeedsInput,
            Some(Line::TooLong) => self.refuse(reply::LINE_TOO_LONG),
            Some(Line::BadEnd) => self.refuse(reply::BAD_LINE_END),
            Some(Line::Complete(line)) => match command::parse(&line) {
                // What was sent behind the command would count as sent after the encryption had begun.
                Ok(Command::StartTls) if !input.is_empty() => {
                    SessionStep::Close(reply::NOTHING_MAY_FOLLOW)
                }
                Ok(command) => self.execute(command),
                Err(reply) => self.refuse(reply),
            },
        }
    }

    /// Begins the mail that was counted, if the client may send it.
    pub fn begin_mail(&mut self, is_allowed: bool) -> SessionStep<R> {
        match self.announced.take() {
            Some(sender) if is_allowed => {
                self.transaction = Some(Transaction {
                    sender,
                    recipients: Vec::new(),
                });
                SessionStep::Reply(reply::SENDER_OK)
            }
            Some(_) => SessionStep::Reply(reply::TOO_MANY_MAILS),
            None => SessionStep::Reply(reply::BAD_SEQUENCE),
        }
    }

    /// Adds the recipient that was looked up, if it is an inbox.
    pub fn add_recipient(&mut self, verdict: RecipientVerdict<R>) -> SessionStep<R> {
        match (verdict, &mut self.transaction) {
            (RecipientVerdict::Accepted(recipient), Some(transaction)) => {
                transaction.recipients.push(recipient);
                SessionStep::Reply(reply::RECIPIENT_OK)
            }
            (RecipientVerdict::Accepted(_), None) => SessionStep::Reply(reply::BAD_SEQUENCE),
            // Counted as errors: a client must not try out which addresses there are.
            (RecipientVerdict::Unknown, _) => self.refuse(reply::UNKNOWN_RECIPIENT),
            (RecipientVerdict::Ambiguous, _) => SessionStep::Reply(reply::RECIPIENT_AMBIGUOUS),
            (RecipientVerdict::Unavailable, _) => SessionStep::Reply(reply::RECIPIENT_UNAVAILABLE),
        }
    }

    /// Returns the replies to a mail: one, or with LMTP one for each recipient.
    pub fn end_mail(&self, outcomes: &[MailReceiptOutcome]) -> Vec<Reply> {
        match self.settings.protocol {
            MailProtocol::Smtp => vec![MailReceiptOutcome::of_all(outcomes).reply()],
            MailProtocol::Lmtp => outcomes.iter().map(|outcome| outcome.reply()).collect(),
        }
    }

    /// Begins anew after the connection is encrypted: what was said before may have been said by others.
    pub fn start_tls(&mut self) {
        *self = Self {
            is_encrypted: true,
            errors: self.errors,
            ..Self::new(self.settings.clone())
        };
    }

    fn execute(&mut self, command: Command) -> SessionStep<R> {
        let is_lmtp = self.settings.protocol == MailProtocol::Lmtp;
        match command {
            Command::Helo | Command::Ehlo if is_lmtp => self.refuse(reply::UNKNOWN_COMMAND),
            Command::Lhlo if !is_lmtp => self.refuse(reply::UNKNOWN_COMMAND),
            Command::Helo => self.greet(Reply::lines(250, &[&self.settings.hostname])),
            Command::Ehlo | Command::Lhlo => self.greet(self.extensions()),
            Command::Noop => SessionStep::Reply(reply::OK),
            Command::Quit => SessionStep::Close(reply::BYE),
            Command::Reset => {
                self.transaction = None;
                SessionStep::Reply(reply::OK)
            }
            // Its bytes would be read as commands.
            Command::Chunk => SessionStep::Close(reply::NOT_IMPLEMENTED),
            Command::StartTls if self.settings.tls.is_none() => self.refuse(reply::NOT_IMPLEMENTED),
            Command::StartTls if self.is_encrypted || !self.has_greeted => {
                self.refuse(reply::BAD_SEQUENCE)
            }
            Command::StartTls => SessionStep::StartTls(reply::START_TLS),
            _ if self.settings.require_tls && !self.is_encrypted => {
                self.refuse(reply::TLS_REQUIRED)
            }
            Command::Verify => SessionStep::Reply(reply::NOT_VERIFIED),
            Command::Mail { sender, size } => self.announce(sender, size),
            Command::Recipient(address) => self.find_recipient(address),
            Command::Data => self.begin_data(),
        }
    }

    fn greet(&mut self, reply: Reply) -> SessionStep<R> {
        self.has_greeted = true;
        self.transaction = None;
        SessionStep::Reply(reply)
    }

    fn extensions(&self) -> Reply {
        let size = format!("SIZE {MAX_MAIL_BYTES}");
        let mut lines = vec![
            self.settings.hostname.as_str(),
            "PIPELINING",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
            &size,
        ];
        if self.settings.tls.is_some() && !self.is_encrypted {
            lines.push("STARTTLS");
        }
        Reply::lines(250, &lines)
    }

    fn announce(&mut self, sender: String, size: usize) -> SessionStep<R> {
        if !self.has_greeted || self.transaction.is_some() {
            return self.refuse(reply::BAD_SEQUENCE);
        }
        if size > MAX_MAIL_BYTES {
            return SessionStep::Reply(reply::MAIL_TOO_LONG);
        }
        self.announced = Some(sender);
        SessionStep::CountMail
    }

    fn find_recipient(&mut self, address: String) -> SessionStep<R> {
        match &self.transaction {
            None => self.refuse(reply::BAD_SEQUENCE),
            Some(transaction) if transaction.recipients.len() >= self.settings.max_recipients => {
                SessionStep::Reply(reply::TOO_MANY_RECIPIENTS)
            }
            Some(_) => SessionStep::FindRecipient(address),
        }
    }

    fn begin_data(&mut self) -> SessionStep<R> {
        match &self.transaction {
            None => self.refuse(reply::BAD_SEQUENCE),
            Some(transaction) if transaction.recipients.is_empty() => {
                // RFC 2033 gives LMTP another code than SMTP has.
                match self.settings.protocol {
                    MailProtocol::Smtp => self.refuse(reply::NO_RECIPIENT),
                    MailProtocol::Lmtp => self.refuse(reply::BAD_SEQUENCE),
                }
            }
            Some(transaction) => {
                // As a mail server writes it that delivers a mail. By an empty one reports are known.
                let head = format!("Return-Path: <{}>\r\n", transaction.sender);
                self.data = Some(MailData::new(head.into_bytes(), MAX_MAIL_BYTES));
                SessionStep::Reply(reply::START_MAIL)
            }
        }
    }

    fn read_mail(&mut self, input: &mut &[u8]) -> SessionStep<R> {
        let progress = self.data.as_mut().map(|data| data.read(input));
        let mail = match progress {
            None | Some(MailProgress::Unfinished) => return SessionStep::NeedsInput,
            Some(MailProgress::BadEnd) => return SessionStep::Close(reply::BAD_END_OF_MAIL),
            Some(MailProgress::Complete(mail)) => Some(mail),
            Some(MailProgress::TooLong) => None,
        };
        self.data = None;
        let transaction = self.transaction.take();
        let recipients = transaction.map_or_else(Vec::new, |transaction| transaction.recipients);
        match mail {
            Some(mail) => SessionStep::StoreMail { mail, recipients },
            None => {
                let outcomes = vec![MailReceiptOutcome::TooLong; recipients.len()];
                let replies = self.end_mail(&outcomes);
                SessionStep::Reply(Reply::joined(&replies))
            }
        }
    }

    /// Refuses a command, and closes the connection if too many were refused.
    fn refuse(&mut self, reply: Reply) -> SessionStep<R> {
        self.errors += 1;
        if self.errors >= self.settings.max_errors {
            return SessionStep::Close(reply::TOO_MANY_ERRORS);
        }
        SessionStep::Reply(reply)
    }
}
