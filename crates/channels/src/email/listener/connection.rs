//! Connection of a client: moves bytes between it and its session.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::limits::ConnectionPermit;
use super::recipient::{InboxDirectory, Recipient};
use super::reply::{self, Reply};
use super::session::{MailSession, SessionStep};
use super::settings::MailListenerSettings;

/// Bytes that are read at once.
const READ_BYTES: usize = 16 * 1024;
/// Time for a reply to a client that is sent away.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(5);

/// What all connections share.
pub(super) struct ListenerContext {
    pub(super) settings: MailListenerSettings,
    pub(super) inboxes: InboxDirectory,
}

/// How the exchange over a stream has ended.
enum Ended<S> {
    Closed,
    /// TLS begins on the same stream.
    StartTls(S),
}

/// Connection of one client.
pub(super) struct Connection {
    context: Arc<ListenerContext>,
    permit: ConnectionPermit,
    session: MailSession<Recipient>,
    deadline: Instant,
    stopped: watch::Receiver<bool>,
}

impl Connection {
    pub(super) fn new(
        context: Arc<ListenerContext>,
        permit: ConnectionPermit,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self {
            session: MailSession::new(context.settings.clone()),
            deadline: Instant::now() + context.settings.session_timeout,
            context,
            permit,
            stopped,
        }
    }

    /// Runs the connection to its end.
    pub(super) async fn run(mut self, mut stream: TcpStream) -> io::Result<()> {
        let greeting = self.session.greeting();
        self.send(&mut stream, greeting.as_str().as_bytes()).await?;
        let (Ended::StartTls(stream), Some(tls)) = (
            self.exchange(stream).await?,
            self.context.settings.tls.clone(),
        ) else {
            return Ok(());
        };
        let acceptor = tls.acceptor().await.map_err(|error| {
            tracing::error!("mail_in.{error}");
            io::Error::other("TLS is not available")
        })?;
        let stream = timeout(self.context.settings.idle_timeout, acceptor.accept(stream)).await??;
        self.session.start_tls();
        self.exchange(stream).await.map(drop)
    }

    /// Exchanges commands and replies until the end of the connection, or until it is encrypted. Replies are sent before the
    /// client is waited for, so that those of a pipeline leave together.
    async fn exchange<S>(&mut self, mut stream: S) -> io::Result<Ended<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut buffer = vec![0; READ_BYTES];
        let mut replies = Vec::new();
        loop {
            self.send(&mut stream, &replies).await?;
            replies.clear();
            let count = match self.read(&mut stream, &mut buffer).await {
                Ok(0) => return Ok(Ended::Closed),
                Ok(count) => count,
                Err(ReadError::Io(error)) => return Err(error),
                Err(ReadError::Refused(reply)) => {
                    self.close(&mut stream, replies, &reply).await?;
                    return Ok(Ended::Closed);
                }
            };
            let mut input = &buffer[..count];
            let mut step = self.session.advance(&mut input);
            loop {
                step = match step {
                    SessionStep::NeedsInput => break,
                    SessionStep::Reply(reply) => {
                        replies.extend_from_slice(reply.as_str().as_bytes());
                        self.session.advance(&mut input)
                    }
                    SessionStep::CountMail => {
                        let is_allowed = self.permit.count_mail();
                        self.session.begin_mail(is_allowed)
                    }
                    SessionStep::FindRecipient(address) => {
                        let verdict = self.context.inboxes.find(address).await;
                        self.session.add_recipient(verdict)
                    }
                    SessionStep::StoreMail { mail, recipients } => {
                        let outcomes = self.context.inboxes.store(mail, &recipients).await;
                        SessionStep::Reply(Reply::joined(&self.session.end_mail(&outcomes)))
                    }
                    SessionStep::StartTls(reply) => {
                        replies.extend_from_slice(reply.as_str().as_bytes());
                        self.send(&mut stream, &replies).await?;
                        return Ok(Ended::StartTls(stream));
                    }
                    SessionStep::Close(reply) => {
                        self.close(&mut stream, replies, &reply).await?;
                        return Ok(Ended::Closed);
                    }
                };
            }
        }
    }

    /// Waits for bytes, the end of the time, or that of the server.
    async fn read<S>(&mut self, stream: &mut S, buffer: &mut [u8]) -> Result<usize, ReadError>
    where
        S: AsyncRead + Unpin,
    {
        let now = Instant::now();
        // Bytes that are there already come before the end of the time below.
        if now >= self.deadline {
            return Err(ReadError::Refused(reply::TIMED_OUT));
        }
        let idle_until = now + self.context.settings.idle_timeout;
        let until = idle_until.min(self.deadline);
        tokio::select! {
            // A dropped sender also means shutdown.
            _ = self.stopped.wait_for(|stop| *stop) => Err(ReadError::Refused(reply::SHUTTING_DOWN)),
            read = timeout_at(until, stream.read(buffer)) => match read {
                Ok(read) => read.map_err(ReadError::Io),
                Err(_) => Err(ReadError::Refused(reply::TIMED_OUT)),
            },
        }
    }

    async fn send<S: AsyncWrite + Unpin>(&self, stream: &mut S, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let sent = async {
            stream.write_all(bytes).await?;
            stream.flush().await
        };
        timeout(self.context.settings.idle_timeout, sent).await?
    }

    async fn close<S: AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        mut replies: Vec<u8>,
        last: &Reply,
    ) -> io::Result<()> {
        replies.extend_from_slice(last.as_str().as_bytes());
        self.send(stream, &replies).await?;
        timeout(REFUSAL_TIMEOUT, stream.shutdown()).await?
    }
}

/// Why nothing was read.
enum ReadError {
    Io(io::Error),
    /// The client is told, and the connection closed.
    Refused(Reply),
}

/// Tells a client that there are too many connections.
pub(super) async fn refuse(mut stream: TcpStream) {
    let reply = reply::TOO_MANY_CONNECTIONS;
    let refused = async {
        stream.write_all(reply.as_str().as_bytes()).await?;
        stream.shutdown().await
    };
    // The client is gone, or takes nothing.
    let _ = timeout(REFUSAL_TIMEOUT, refused).await;
}
