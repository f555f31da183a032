//! WebSocket of one conversation.
//!
//! Buffers are small, since most sockets are idle and the library's defaults take twenty times the memory. The
//! connection is taken from hyper rather than from axum's socket type, which hides it: closing without a TCP reset
//! needs access to it.

use axum::response::Response;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::disconnect::Disconnect;
use crate::timeouts::ConnectionTimeouts;

mod close;
mod connection;
mod handshake;
mod protocol;
mod session;
mod shared_socket;
mod task;

pub(crate) use connection::sleep_until_opt;
pub use connection::{ClientMessage, SocketConnection};
pub use handshake::{Handshake, HandshakeError, SocketRequest, is_upgrade};
pub use protocol::{SocketProtocol, SocketReply};
pub use session::SocketSession;
pub use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// Upgraded connection.
pub type WebSocket = WebSocketStream<TokioIo<Upgraded>>;

/// Read buffer held by every socket; clients mostly send little.
const READ_BUFFER_BYTES: usize = 512;
/// Bytes buffered before a write. With 8 KiB a burst costs a quarter of the time that it costs with 2 KiB. A socket
/// keeps the buffer once it has grown.
const WRITE_BUFFER_BYTES: usize = 8 * 1024;

/// Upgrades a request to a WebSocket and runs `serve` on it. Messages are limited to `max_bytes` bytes, fragmented or
/// not.
pub fn upgrade<F, Fut>(handshake: Handshake, max_bytes: usize, serve: F) -> Response
where
    F: FnOnce(WebSocket) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let response = handshake.response();
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(Some(max_bytes))
        .max_frame_size(Some(max_bytes));
    tokio::spawn(async move {
        let upgraded = match handshake.upgrade.await {
            Ok(upgraded) => TokioIo::new(upgraded),
            Err(error) => return tracing::debug!(%error, "a socket was not opened"),
        };
        let socket = WebSocketStream::from_raw_socket(upgraded, Role::Server, Some(config)).await;
        serve(socket).await;
    });
    response
}

/// Sends the error frame and closes a socket that has no session.
pub async fn reject(socket: WebSocket, disconnect: Disconnect) {
    SocketConnection::new(socket, ConnectionTimeouts::default().write_timeout)
        .close(Some(disconnect))
        .await;
}
