//! An SMTP server that takes the mails of the server.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use smtp_proto::{Error as SmtpError, Request};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::accept::{MailEnvelope, accept_mail};
use crate::destination::MailOutcome;
use crate::event_log::SimulatedChannel;
use crate::fault_plan::{FaultSubject, RequestFault};
use crate::state::SimulatorState;

/// Longest command, with its end.
const MAX_COMMAND_BYTES: u64 = 4 * 1024;
/// Longest mail.
const MAX_MAIL_BYTES: usize = 10 * 1024 * 1024;
/// Recipients of a mail at most.
const MAX_RECIPIENTS: usize = 100;
/// Longest silence of a client.
const IDLE_TIMEOUT: Duration = Duration::from_secs(300);
/// Delay after a failed `accept`.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

const OK: &str = "250 2.0.0 Ok\r\n";
const BAD_SEQUENCE: &str = "503 5.5.1 Commands are in the wrong order\r\n";

/// Takes mails until the task is dropped, with its connections.
pub(crate) async fn serve_smtp(listener: TcpListener, state: Arc<SimulatorState>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                let session = SmtpSession {
                    stream: BufReader::new(stream),
                    state: state.clone(),
                    envelope: None,
                };
                connections.spawn(async move {
                    if let Err(error) = session.run().await {
                        tracing::debug!(%error, "a mail connection to the simulator has ended early");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the simulator has not accepted a mail connection");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

/// Conversation with a client.
struct SmtpSession {
    stream: BufReader<TcpStream>,
    state: Arc<SimulatorState>,
    envelope: Option<MailEnvelope>,
}

/// What follows an answer.
#[derive(PartialEq, Eq)]
enum Next {
    Command,
    Close,
}

impl SmtpSession {
    async fn run(mut self) -> io::Result<()> {
        self.reply("220 simulator ESMTP\r\n").await?;
        while let Some(command) = self.read_command().await? {
            let parsed = Request::parse(&mut command.iter()).map(Request::into_owned);
            if self.execute(parsed).await? == Next::Close {
                break;
            }
        }
        Ok(())
    }

    /// Reads a command; `None` at the end of the connection.
    async fn read_command(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut command = Vec::new();
        let mut limited = (&mut self.stream).take(MAX_COMMAND_BYTES);
        timeout(IDLE_TIMEOUT, limited.read_until(b'\n', &mut command)).await??;
        match command.last() {
            None => Ok(None),
            Some(b'\n') => Ok(Some(command)),
            Some(_) => Err(io::Error::other("a command is too long, or cut off")),
        }
    }

    async fn execute(&mut self, command: Result<Request<String>, SmtpError>) -> io::Result<Next> {
        match command {
            Ok(Request::Ehlo { .. }) => {
                let size = format!("250 SIZE {MAX_MAIL_BYTES}\r\n");
                let hello =
                    "250-simulator\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n";
                self.reply(&format!("{hello}{size}")).await?;
            }
            Ok(Request::Helo { .. }) => self.reply("250 simulator\r\n").await?,
            Ok(Request::Mail { from }) => {
                self.envelope = Some(MailEnvelope {
                    from: from.address,
                    to: Vec::new(),
                });
                self.reply(OK).await?;
            }
            Ok(Request::Rcpt { to }) => self.add_recipient(to.address).await?,
            Ok(Request::Data) => return self.receive_data().await,
            Ok(Request::Rset) => {
                self.envelope = None;
                self.reply(OK).await?;
            }
            Ok(Request::Noop { .. }) => self.reply(OK).await?,
            Ok(Request::Quit) => {
                self.reply("221 2.0.0 Bye\r\n").await?;
                return Ok(Next::Close);
            }
            Ok(_) => self.reply("502 5.5.1 Not implemented\r\n").await?,
            Err(SmtpError::UnknownCommand) => self.reply("500 5.5.1 Unknown command\r\n").await?,
            Err(_) => {
                self.reply("501 5.5.2 The command has a wrong form\r\n")
                    .await?;
            }
        }
        Ok(Next::Command)
    }

    async fn add_recipient(&mut self, address: String) -> io::Result<()> {
        let Some(envelope) = &mut self.envelope else {
            return self.reply(BAD_SEQUENCE).await;
        };
        if MailOutcome::for_address(&address) == MailOutcome::Refused {
            let from = envelope.from.clone();
            self.state
                .publish_refusal(SimulatedChannel::Mail, &from, &address, "550");
            return self.reply("550 5.1.1 Nobody has this address\r\n").await;
        }
        if envelope.to.len() == MAX_RECIPIENTS {
            return self.reply("452 4.5.3 Too many recipients\r\n").await;
        }
        envelope.to.push(address);
        self.reply(OK).await
    }

    async fn receive_data(&mut self) -> io::Result<Next> {
        let Some(envelope) = self
            .envelope
            .take()
            .filter(|envelope| !envelope.to.is_empty())
        else {
            self.reply(BAD_SEQUENCE).await?;
            return Ok(Next::Command);
        };
        self.reply("354 End with a single dot\r\n").await?;
        let mail = self.read_mail().await?;
        let fault = self.state.faults.request(FaultSubject::MailRequest);
        if let Some(fault) = fault {
            let to = envelope.to.first().map(String::as_str).unwrap_or_default();
            self.state
                .publish_refusal(SimulatedChannel::Mail, &envelope.from, to, fault.as_str());
        }
        match fault {
            Some(RequestFault::RateLimited) => {
                self.reply("451 4.7.1 Try again later\r\n").await?;
            }
            Some(RequestFault::Unavailable) => {
                self.reply("421 4.3.2 Not available\r\n").await?;
                return Ok(Next::Close);
            }
            Some(RequestFault::LostAnswer) => {
                accept_mail(&self.state, &envelope, &mail);
                return Ok(Next::Close);
            }
            None => {
                accept_mail(&self.state, &envelope, &mail);
                self.reply(OK).await?;
            }
        }
        Ok(Next::Command)
    }

    /// Reads a mail up to the line with a single dot.
    async fn read_mail(&mut self) -> io::Result<Vec<u8>> {
        let mut mail = Vec::new();
        loop {
            let start = mail.len();
            let left = MAX_MAIL_BYTES.saturating_sub(start) + 5;
            let mut limited = (&mut self.stream).take(left as u64);
            timeout(IDLE_TIMEOUT, limited.read_until(b'\n', &mut mail)).await??;
            if mail.last() != Some(&b'\n') {
                return Err(io::Error::other("a mail is too long, or cut off"));
            }
            if &mail[start..] == b".\r\n" {
                mail.truncate(start);
                return Ok(mail);
            }
            if mail.get(start) == Some(&b'.') {
                mail.remove(start);
            }
        }
    }

    async fn reply(&mut self, text: &str) -> io::Result<()> {
        let stream = self.stream.get_mut();
        timeout(IDLE_TIMEOUT, stream.write_all(text.as_bytes())).await?
    }
}
