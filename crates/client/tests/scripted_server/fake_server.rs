//! Server scripted by each test, one connection at a time.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parlor_client::{ChatSender, Client, EventReceiver, SocketBuilder};
use parlor_testkit::tokio;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use crate::fixture::fast_backoff;

/// Timeout of expected input.
const RECEIVE_TIMEOUT: Duration = Duration::from_secs(20);

pub(crate) struct FakeServer {
    listener: TcpListener,
}

/// Accepted socket and the query of its upgrade request.
pub(crate) struct FakeConnection {
    pub(crate) query: String,
    stream: WebSocketStream<TcpStream>,
}

/// Awaits a future that must complete within the timeout.
pub(crate) async fn within_timeout<T>(future: impl Future<Output = T>) -> T {
    timeout(RECEIVE_TIMEOUT, future)
        .await
        .expect("it must come")
}

impl FakeServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener }
    }

    pub(crate) fn client(&self) -> Client {
        let url = format!("http://{}", self.listener.local_addr().unwrap());
        Client::new(&url, "key").unwrap().backoff(fast_backoff())
    }

    pub(crate) fn socket(&self) -> SocketBuilder {
        self.client().socket("chat", "ada").backoff(fast_backoff())
    }

    /// Returns an open socket whose log head is `seq`.
    pub(crate) async fn open_socket(
        &self,
        seq: i64,
    ) -> (ChatSender, EventReceiver, FakeConnection) {
        let (opened, connection) = within_timeout(async {
            tokio::join!(self.socket().connect(), async {
                let mut connection = self.accept_socket().await;
                connection.establish(seq, false).await;
                connection
            })
        })
        .await;
        let (sender, mut events) = opened.unwrap();
        within_timeout(events.next()).await.unwrap();
        (sender, events, connection)
    }

    /// Accepts the next TCP connection.
    pub(crate) async fn accept(&self) -> TcpStream {
        within_timeout(self.listener.accept()).await.unwrap().0
    }

    /// Answers the next connection with raw HTTP and closes it.
    pub(crate) async fn answer_http(&self, response: &str) -> String {
        let mut stream = self.accept().await;
        let mut request = vec![0; 4096];
        let read = within_timeout(tokio::io::AsyncReadExt::read(&mut stream, &mut request)).await;
        request.truncate(read.unwrap());
        stream.write_all(response.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    }

    /// Accepts the next socket.
    pub(crate) async fn accept_socket(&self) -> FakeConnection {
        let stream = self.accept().await;
        let mut query = String::new();
        #[allow(clippy::result_large_err, reason = "the library's own")]
        let read = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
            query = request.uri().query().unwrap_or_default().to_owned();
            Ok(response)
        };
        let stream = within_timeout(accept_hdr_async(stream, read))
            .await
            .unwrap();
        FakeConnection { query, stream }
    }
}

impl FakeConnection {
    pub(crate) async fn establish(&mut self, seq: i64, resumed: bool) {
        self.send_established("e1", seq, resumed, 25_000).await;
    }

    /// Establishes with a ping interval in milliseconds.
    pub(crate) async fn send_established(
        &mut self,
        epoch: &str,
        seq: i64,
        resumed: bool,
        ping: u64,
    ) {
        let frame = json!({
            "event_type": "connection_established", "timestamp": "t", "user_id": "ada", "chat_id": "chat",
            "tenant_id": "t", "connection_id": "n", "protocol": 2, "seq": seq, "epoch": epoch, "resumed": resumed,
            "replayed": 0, "ping_interval_ms": ping,
        });
        self.send_json(&frame).await;
    }

    pub(crate) async fn send_json(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        within_timeout(self.stream.send(Message::text(text)))
            .await
            .unwrap();
    }

    /// Sends an entry with another user's message.
    pub(crate) async fn send_entry(&mut self, seq: i64) {
        let frame = json!({
            "event_type": "message_created", "timestamp": "t", "seq": seq, "message_id": format!("m{seq}"),
            "message": {
                "id": format!("m{seq}"), "content": format!("words {seq}"), "sender_role": "user", "media_type": null,
                "media_url": null, "created_at": "t", "metadata": {}, "seq": seq, "sender_id": "bob",
                "client_message_id": null, "status": "complete", "what_is_new": [1],
            },
        });
        self.send_json(&frame).await;
    }

    pub(crate) async fn send_ack(&mut self, seq: i64, message: &Value, duplicate: bool) {
        let frame = json!({
            "event_type": "message_received", "timestamp": "t", "message_id": format!("m{seq}"), "chat_id": "chat",
            "user_id": "ada", "seq": seq, "client_message_id": message["client_message_id"], "duplicate": duplicate,
        });
        self.send_json(&frame).await;
    }

    /// Returns the next frame of the client; `None` at the end.
    pub(crate) async fn recv(&mut self) -> Option<Value> {
        loop {
            match within_timeout(self.stream.next()).await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    /// Sends a fatal error frame and closes.
    pub(crate) async fn close_with(mut self, code: u16, error_code: &str) {
        let error = json!({ "event_type": "error", "error_code": error_code, "message": "", "fatal": true });
        self.send_json(&error).await;
        let frame = CloseFrame {
            code: code.into(),
            reason: error_code.into(),
        };
        self.stream.close(Some(frame)).await.unwrap();
        while let Some(Ok(_)) = within_timeout(self.stream.next()).await {}
    }
}
