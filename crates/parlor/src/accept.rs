//! Accept loop of the HTTP server, with graceful shutdown.
//!
//! Keeps INV-51 (`docs/invariants.md`).

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use parlor_kit::WriteTimeout;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

mod write_timeout_stream;

use write_timeout_stream::WriteTimeoutStream;

/// Maximum time until a client has sent the head of a request.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(60);
/// Maximum time for running requests during shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);
/// Delay after a failed `accept`, for example with too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// Address of the connection's peer: the client, or the last proxy before this server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeerAddress(pub(crate) IpAddr);

/// Accepts connections until shutdown, then waits for open ones. Upgraded connections (WebSockets) are not waited for;
/// the gateway owns them.
pub(crate) async fn run_accept_loop(
    listener: TcpListener,
    router: Router,
    default_write_timeout: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT);
    let service = TowerToHyperService::new(router);
    let stop = stopped.clone();
    // Nothing is sent: each connection holds a sender, so `idle` closes when the last connection ends.
    let (busy, mut idle) = mpsc::channel::<Infallible>(1);
    // A dropped sender also means shutdown.
    let mut stopping = pin!(async move { drop(stopped.wait_for(|stop| *stop).await) });
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    configure_stream(&stream);
                    let write_timeout = WriteTimeout::new(default_write_timeout);
                    let stream = WriteTimeoutStream::new(stream, write_timeout.clone());
                    let service = service.clone();
                    let service = service_fn(move |mut request: http::Request<_>| {
                        request.extensions_mut().insert(write_timeout.clone());
                        request.extensions_mut().insert(PeerAddress(peer.ip()));
                        service.call(request)
                    });
                    let connection = builder
                        .serve_connection(TokioIo::new(stream), service)
                        .with_upgrades();
                    let (mut stop, busy) = (stop.clone(), busy.clone());
                    tokio::spawn(async move {
                        let mut connection = pin!(connection);
                        let ended = tokio::select! {
                            ended = connection.as_mut() => ended,
                            () = async { drop(stop.wait_for(|stop| *stop).await) } => {
                                connection.as_mut().graceful_shutdown();
                                connection.await
                            }
                        };
                        if let Err(error) = ended {
                            tracing::debug!(%error, "a connection ended early");
                        }
                        drop(busy);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                }
            },
            () = &mut stopping => break,
        }
    }
    drop((listener, busy));
    if tokio::time::timeout(SHUTDOWN_TIMEOUT, idle.recv())
        .await
        .is_err()
    {
        tracing::warn!("some connections were still busy at the stop");
    }
}

fn configure_stream(stream: &TcpStream) {
    // Disables Nagle's algorithm, which would delay small responses.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was refused");
    }
}
