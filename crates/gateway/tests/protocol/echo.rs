//! A server that sends back what it receives, and a client that is no more than a connection.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use parlor_gateway::socket::{self, Farewell, Left, Message, Said, SocketRequest, WebSocket, Wire};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::frame::Got;

/// Bytes of a message, at the most.
pub(crate) const LIMIT: usize = 200_000;
/// For what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// A text upon which the server closes.
pub(crate) const LEAVE: &str = "close, please";

/// Starts it on a free port.
pub(crate) async fn start() -> SocketAddr {
    let router = Router::new().route("/", get(handle));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn handle(SocketRequest(handshake): SocketRequest) -> Response {
    match handshake {
        Ok(handshake) => socket::accept(handshake, LIMIT, echo),
        Err(error) => {
            let mut response = Response::new(Body::from(error.message()));
            *response.status_mut() = error.status();
            error.headers(response.headers_mut());
            response
        }
    }
}

async fn echo(socket: WebSocket) {
    let mut wire = Wire::new(socket, PATIENCE);
    let farewell = loop {
        let message = match wire.hear().await {
            Ok(Said::Text(text)) if text.as_str() == LEAVE => break Some(farewell(4999)),
            Ok(Said::Text(text)) => Message::Text(text),
            Ok(Said::Binary(bytes)) => Message::Binary(bytes),
            Ok(Said::Nothing) => continue,
            Err(Left::With(ending)) => break Some(farewell(ending.close_code())),
            Err(Left::Away) => break None,
        };
        if wire.put(message).await.is_err() || wire.flush().await.is_err() {
            break None;
        }
    };
    wire.close(farewell).await;
}

fn farewell(code: u16) -> Farewell {
    Farewell {
        say: None,
        code,
        reason: "",
    }
}

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With everything that was sent.
    Well,
    /// By a reset, which may have cost some of it.
    Reset,
}

/// A connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    /// One on which frames are spoken.
    pub(crate) async fn open(server: SocketAddr) -> Self {
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        let request = format!(
            "GET / HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        let (client, head) = Self::request(server, &request).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        client
    }

    /// Sends a request; the head of the answer, in lower case but for its first line.
    pub(crate) async fn request(server: SocketAddr, request: &str) -> (Self, String) {
        let stream = TcpStream::connect(server).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut client = Self {
            stream,
            read: Vec::new(),
        };
        client.send(request.as_bytes()).await;
        let end = loop {
            let found = client.read.windows(4).position(|four| four == b"\r\n\r\n");
            match found {
                Some(at) => break at + 4,
                None => assert!(client.more().await.unwrap() > 0, "the answer has no end"),
            }
        };
        let head = client.read.drain(..end).collect();
        (client, String::from_utf8(head).unwrap())
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// The next frame; how the connection ended where there is none.
    pub(crate) async fn next(&mut self) -> Result<Got, End> {
        loop {
            if let Some((got, length)) = Got::read(&self.read) {
                self.read.drain(..length);
                return Ok(got);
            }
            match self.more().await {
                Ok(0) => {
                    assert!(self.read.is_empty(), "half a frame");
                    return Err(End::Well);
                }
                Ok(_) => {}
                Err(_) => return Err(End::Reset),
            }
        }
    }

    /// All frames to the end, and how it came.
    pub(crate) async fn rest(&mut self) -> (Vec<Got>, End) {
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Ok(got) => all.push(got),
                Err(end) => return (all, end),
            }
        }
    }

    async fn more(&mut self) -> std::io::Result<usize> {
        let reading = self.stream.read_buf(&mut self.read);
        tokio::time::timeout(PATIENCE, reading)
            .await
            .expect("nothing came")
    }
}
