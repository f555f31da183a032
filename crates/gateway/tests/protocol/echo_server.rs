//! Echo server, and a raw TCP client.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use parlor_gateway::socket::{
    self, ClientMessage, Message, SocketConnection, SocketRequest, WebSocket,
};
use parlor_gateway::{ConnectionEnd, Disconnect};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::frame::ReceivedFrame;

/// Maximum bytes of a message.
pub(crate) const MAX_MESSAGE_BYTES: usize = 200_000;
/// Time limit for expected frames.
pub(crate) const RECEIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// Text that makes the server close.
pub(crate) const CLOSE_REQUEST_TEXT: &str = "close, please";

/// Starts a server on a free port.
pub(crate) async fn start() -> SocketAddr {
    let router = Router::new().route("/", get(handle));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn handle(SocketRequest(handshake): SocketRequest) -> Response {
    match handshake {
        Ok(handshake) => socket::upgrade(handshake, MAX_MESSAGE_BYTES, echo),
        Err(error) => {
            let mut response = Response::new(Body::from(error.message()));
            *response.status_mut() = error.status();
            error.add_headers(response.headers_mut());
            response
        }
    }
}

async fn echo(socket: WebSocket) {
    let mut connection = SocketConnection::new(socket, RECEIVE_TIMEOUT);
    let disconnect = loop {
        let message = match connection.recv().await {
            Ok(ClientMessage::Text(text)) if text.as_str() == CLOSE_REQUEST_TEXT => {
                break Some(disconnect_with(4999));
            }
            Ok(ClientMessage::Text(text)) => Message::Text(text),
            Ok(ClientMessage::Binary(bytes)) => Message::Binary(bytes),
            Ok(ClientMessage::Control) => continue,
            Err(ConnectionEnd::Disconnect(ending)) => {
                break Some(disconnect_with(ending.close_code()));
            }
            Err(ConnectionEnd::PeerClosed) => break None,
        };
        if connection.feed(message).await.is_err() || connection.flush().await.is_err() {
            break None;
        }
    };
    connection.close(disconnect).await;
}

fn disconnect_with(code: u16) -> Disconnect {
    Disconnect {
        error_frame: None,
        code,
        reason: "",
    }
}

/// How a TCP connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TcpOutcome {
    /// With all sent data.
    Clean,
    /// By a reset, which may have lost some.
    Reset,
}

/// Raw client connection.
pub(crate) struct RawClient {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

impl RawClient {
    /// Opens a WebSocket.
    pub(crate) async fn connect(server: SocketAddr) -> Self {
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        let request = format!(
            "GET / HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        let (client, head) = Self::request(server, &request).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        client
    }

    /// Sends a request; returns the response head, in lower case but for its first line.
    pub(crate) async fn request(server: SocketAddr, request: &str) -> (Self, String) {
        let stream = TcpStream::connect(server).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut client = Self {
            stream,
            buffer: Vec::new(),
        };
        client.send(request.as_bytes()).await;
        let end = loop {
            let found = client
                .buffer
                .windows(4)
                .position(|four| four == b"\r\n\r\n");
            match found {
                Some(at) => break at + 4,
                None => assert!(
                    client.fill_buffer().await.unwrap() > 0,
                    "the answer has no end"
                ),
            }
        };
        let head = client.buffer.drain(..end).collect();
        (client, String::from_utf8(head).unwrap())
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Returns the next frame, or how the connection ended.
    pub(crate) async fn next(&mut self) -> Result<ReceivedFrame, TcpOutcome> {
        loop {
            if let Some((got, length)) = ReceivedFrame::decode(&self.buffer) {
                self.buffer.drain(..length);
                return Ok(got);
            }
            match self.fill_buffer().await {
                Ok(0) => {
                    assert!(self.buffer.is_empty(), "half a frame");
                    return Err(TcpOutcome::Clean);
                }
                Ok(_) => {}
                Err(_) => return Err(TcpOutcome::Reset),
            }
        }
    }

    /// Returns all frames to the end, and how the connection ended.
    pub(crate) async fn read_to_end(&mut self) -> (Vec<ReceivedFrame>, TcpOutcome) {
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Ok(got) => all.push(got),
                Err(end) => return (all, end),
            }
        }
    }

    async fn fill_buffer(&mut self) -> std::io::Result<usize> {
        let reading = self.stream.read_buf(&mut self.buffer);
        tokio::time::timeout(RECEIVE_TIMEOUT, reading)
            .await
            .expect("nothing came")
    }
}
