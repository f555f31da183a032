//! WebSocket client for tests.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::{HeaderName, HeaderValue};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::TestServer;

/// Maximum wait for an expected frame; long enough for a busy machine.
const RECEIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// Open WebSocket.
pub struct TestSocket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl TestServer {
    /// Opens a socket at a path and query, with additional headers.
    pub async fn open_socket(&self, path: &str, headers: &[(&str, &str)]) -> TestSocket {
        TestSocket::open(&self.url, path, headers).await
    }
}

impl TestSocket {
    /// Opens a socket of any server, given its HTTP URL.
    pub async fn open(server: &str, path: &str, headers: &[(&str, &str)]) -> Self {
        let url = format!("{}{path}", server.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let (socket, _) = connect_async(request).await.unwrap();
        Self(socket)
    }

    /// Opens a tenant-chats socket and checks its first frame, which shows that the socket was accepted.
    pub async fn open_greeted(server: &str, path: &str) -> Self {
        let mut socket = Self::open(server, path, &[]).await;
        let first = socket.next().await;
        assert_eq!(first["event_type"], "connection_established", "{path:.12}");
        socket
    }

    /// Sends a JSON frame.
    pub async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends a text frame.
    pub async fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// Sends a binary frame.
    pub async fn send_binary(&mut self, bytes: Vec<u8>) {
        self.0.send(Message::binary(bytes)).await.unwrap();
    }

    /// Receives the next frame, which must be JSON.
    pub async fn next(&mut self) -> Value {
        match self.receive().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("expected a text, got {other:?}"),
        }
    }

    /// Receives the next frame; returns `None` once the connection has ended, cleanly or not.
    pub async fn next_or_end(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(RECEIVE_TIMEOUT, self.0.next()).await;
            match next.expect("nothing came") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).ok(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    /// Receives the next text frame without a timeout; returns `None` once the connection has ended, cleanly or not.
    pub async fn next_text(&mut self) -> Option<String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => {}
                _ => return None,
            }
        }
    }

    /// Receives the close frame, which must be next, and returns its code.
    pub async fn expect_close(&mut self) -> u16 {
        match self.receive().await {
            Message::Close(Some(frame)) => frame.code.into(),
            other => panic!("expected the end, got {other:?}"),
        }
    }

    /// Closes the socket with a closing handshake.
    pub async fn close(mut self) {
        self.0.close(None).await.unwrap();
        while let Some(Ok(_)) = self.0.next().await {}
    }

    async fn receive(&mut self) -> Message {
        loop {
            let next = tokio::time::timeout(RECEIVE_TIMEOUT, self.0.next()).await;
            match next
                .expect("nothing came")
                .expect("the socket is gone")
                .unwrap()
            {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }
}
