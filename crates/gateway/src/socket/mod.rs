//! One WebSocket that follows one conversation.
//!
//! The buffers are small: with the library's own they take twenty times the memory, and most sockets are idle. The
//! connection is taken from the server as it is, and not through the web framework's own socket, which hides it: only
//! who holds it can end it without a reset.

use axum::response::Response;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

mod close;
mod connection;
mod handshake;
mod protocol;
mod session;
mod shared_socket;

pub use connection::{ClientMessage, ConnectionEnd, SocketConnection};
pub(crate) use connection::{OptionalTimer, sleep_until_opt};
pub use handshake::{Handshake, HandshakeError, SocketRequest, is_upgrade};
pub use protocol::{ConnectionTimeouts, Disconnect, DisconnectReason, SocketProtocol, SocketReply};
pub use session::SocketSession;
pub use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// A connection on which both sides speak frames.
pub type WebSocket = WebSocketStream<TokioIo<Upgraded>>;

/// Bytes read at a time: held by every socket, and clients mostly say little.
const READ_BUFFER_BYTES: usize = 512;
/// Bytes that wait to leave together before some do: what comes in one go costs a quarter of what it does with 2 KiB. A
/// socket that has had as much to send keeps the room.
const WRITE_BUFFER_BYTES: usize = 8 * 1024;

/// Takes the offer of a socket: messages of at most so many bytes are read, whether in one frame or in several.
pub fn upgrade<F, Fut>(handshake: Handshake, longest: usize, serve: F) -> Response
where
    F: FnOnce(WebSocket) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let response = handshake.response();
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(Some(longest))
        .max_frame_size(Some(longest));
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

/// Says the last words and closes. For sockets that never came to be sessions.
pub async fn reject(socket: WebSocket, farewell: Disconnect) {
    SocketConnection::new(socket, ConnectionTimeouts::default().write_timeout)
        .close(Some(farewell))
        .await;
}
