//! One WebSocket that follows one conversation.
//!
//! The buffers are small: with the library's own they take twenty times the memory, and most sockets are idle.

use std::time::Duration;

use axum::Error;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::{Sink, SinkExt, Stream, StreamExt};

mod outlet;
mod session;
mod talk;
pub(crate) mod wire;

pub use session::Session;
pub use talk::{Answer, Ending, Farewell, Pace, Talk};

/// Bytes read at a time: held by every socket, and clients mostly say little.
const READ: usize = 512;
/// Bytes that wait to leave together before some do: what comes in one go costs a quarter of what it does with 2 KiB. A
/// socket that has had as much to send keeps the room.
const WRITE: usize = 8 * 1024;
/// For the last words to be taken and answered.
const PATIENCE: Duration = Duration::from_secs(2);

/// Takes the offer of a socket: frames of at most so many bytes are read.
pub fn accept<F, Fut>(upgrade: WebSocketUpgrade, longest: usize, serve: F) -> Response
where
    F: FnOnce(WebSocket) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    upgrade
        .read_buffer_size(READ)
        .write_buffer_size(WRITE)
        .max_message_size(longest)
        .max_frame_size(longest)
        .on_failed_upgrade(|error| tracing::debug!(%error, "a socket was not opened"))
        .on_upgrade(serve)
}

/// Says the last words and closes. For sockets that never came to be sessions.
pub async fn refuse(mut socket: WebSocket, farewell: Farewell) {
    close(&mut socket, farewell).await;
}

/// Whether the client takes it matters to nobody any more, and one that does not is not waited for long.
async fn close<S>(socket: &mut S, farewell: Farewell)
where
    S: Stream<Item = Result<Message, Error>> + Sink<Message, Error = Error> + Unpin,
{
    let ending = async {
        if let Some(words) = farewell.say {
            socket.send(Message::Text(words)).await?;
        }
        let frame = CloseFrame {
            code: farewell.code,
            reason: Utf8Bytes::from_static(farewell.reason),
        };
        socket.send(Message::Close(Some(frame))).await?;
        // The client's own close frame ends the connection.
        while let Some(Ok(_)) = socket.next().await {}
        Ok::<_, Error>(())
    };
    let _ = tokio::time::timeout(PATIENCE, ending).await;
}
