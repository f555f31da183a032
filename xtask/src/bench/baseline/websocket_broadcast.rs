//! Baseline of a fan-out with the server's WebSocket library: a task and a queue of shared frames per socket.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use futures_util::SinkExt;
use parking_lot::Mutex;
use tokio::sync::mpsc;

/// Buffer size, as in the server.
const BUFFER_BYTES: usize = 2 * 1024;
/// Maximum number of queued frames per reader; a slower reader is disconnected.
const QUEUED_FRAMES: usize = 1024;

#[derive(Default)]
struct WebSocketRoom(Mutex<Vec<mpsc::Sender<Utf8Bytes>>>);

/// Returns a router with one room: every frame goes to all sockets.
pub(super) fn router() -> Router {
    Router::new()
        .route("/room", get(upgrade))
        .with_state(Arc::new(WebSocketRoom::default()))
}

async fn upgrade(State(room): State<Arc<WebSocketRoom>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .on_upgrade(|socket| run_socket(socket, room))
}

async fn run_socket(mut socket: WebSocket, room: Arc<WebSocketRoom>) {
    let (send, mut frames) = mpsc::channel(QUEUED_FRAMES);
    room.0.lock().push(send);
    loop {
        tokio::select! {
            biased;
            frame = frames.recv() => {
                let mut next = frame;
                // All queued frames are sent with one flush.
                while let Some(frame) = next {
                    if socket.feed(Message::Text(frame)).await.is_err() {
                        return;
                    }
                    next = frames.try_recv().ok();
                }
                if socket.flush().await.is_err() {
                    return;
                }
            }
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => {
                    room.0.lock().retain(|reader| reader.try_send(text.clone()).is_ok());
                }
                Some(Ok(_)) => {}
                _ => return,
            },
        }
    }
}
