//! Listening socket and its connections.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use parlor_engine::Engine;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use super::connection::{Connection, ListenerContext, refuse};
use super::limits::MailLimits;
use super::recipient::InboxDirectory;
use super::settings::MailListenerSettings;
use crate::settings_error::ChannelSettingsError;

/// Time for mails that are being stored during shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);
/// Delay after a failed `accept`, for example with too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);
/// Clients that are sent away at a time; more are closed without a word.
const MAX_REFUSALS: usize = 100;

/// Why a listener cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum MailListenerError {
    /// A setting cannot be used.
    #[error(transparent)]
    Settings(#[from] ChannelSettingsError),
    /// The address cannot be bound.
    #[error("cannot listen for mail on {0}: {1}")]
    Bind(SocketAddr, io::Error),
}

/// Listener whose socket is bound.
pub struct MailListener {
    socket: TcpListener,
    context: Arc<ListenerContext>,
}

impl MailListener {
    /// Binds a listener.
    ///
    /// # Errors
    /// If the certificate cannot be used or the address is in use.
    pub async fn bind(
        settings: MailListenerSettings,
        engine: Arc<Engine>,
    ) -> Result<Self, MailListenerError> {
        if let Some(tls) = &settings.tls {
            tls.acceptor().await?;
        }
        let bound = TcpListener::bind(settings.address).await;
        Ok(Self {
            socket: bound.map_err(|error| MailListenerError::Bind(settings.address, error))?,
            context: Arc::new(ListenerContext {
                inboxes: InboxDirectory {
                    engine,
                    only: settings.workspace,
                },
                settings,
            }),
        })
    }

    /// Returns the address that is listened on.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Accepts connections until shutdown, then waits for mails that are being stored.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        let limits = Arc::new(MailLimits::new(&self.context.settings));
        let stop = stopped.clone();
        let (mut connections, mut refusals) = (JoinSet::new(), JoinSet::new());
        // A dropped sender also means shutdown.
        let mut stopping = pin!(async move { drop(stopped.wait_for(|stop| *stop).await) });
        loop {
            tokio::select! {
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, peer)) => match limits.open(peer.ip()) {
                        Some(permit) => {
                            if let Err(error) = stream.set_nodelay(true) {
                                tracing::debug!(%error, "TCP_NODELAY was refused");
                            }
                            let connection =
                                Connection::new(self.context.clone(), permit, stop.clone());
                            connections.spawn(async move {
                                if let Err(error) = connection.run(stream).await {
                                    tracing::debug!(%error, "a mail connection ended early");
                                }
                            });
                        }
                        None if refusals.len() < MAX_REFUSALS => {
                            tracing::warn!("a mail connection was refused: there are too many");
                            refusals.spawn(refuse(stream));
                        }
                        None => drop(stream),
                    },
                    Err(error) => {
                        tracing::warn!(%error, "a mail connection was not accepted");
                        sleep(ACCEPT_RETRY_DELAY).await;
                    }
                },
                Some(ended) = connections.join_next() => log_panic(&ended),
                Some(ended) = refusals.join_next() => log_panic(&ended),
                () = &mut stopping => break,
            }
        }
        drop(self.socket);
        let ended = timeout(SHUTDOWN_TIMEOUT, async {
            while let Some(ended) = connections.join_next().await {
                log_panic(&ended);
            }
        });
        if ended.await.is_err() {
            tracing::warn!("some mails were still being stored at the stop");
        }
    }
}

fn log_panic(ended: &Result<(), JoinError>) {
    if ended.is_err() {
        tracing::error!("a mail connection panicked");
    }
}
