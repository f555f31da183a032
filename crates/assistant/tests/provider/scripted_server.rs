//! An HTTP server that answers each request with the next reply of a list, byte by byte as written there.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::interval;

/// Part of a reply.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Sends bytes.
    Send(String),
    /// Sends bytes again and again until the client closes the connection.
    Repeat(String),
    /// Waits until the client closes the connection.
    AwaitClose,
}

/// A request as it was received.
#[derive(Debug, Clone)]
pub(crate) struct RecordedRequest {
    /// Request line and headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// A server on a free port. It ends when it is dropped.
pub(crate) struct ScriptedServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
    closed: mpsc::UnboundedReceiver<()>,
    task: JoinHandle<()>,
}

/// A reply with a status, headers and a body of known length.
pub(crate) fn reply(status: u16, headers: &str, body: &str) -> Vec<Step> {
    vec![Step::Send(format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    ))]
}

/// The head of a stream.
pub(crate) fn stream_head() -> Step {
    Step::Send(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
            .to_owned(),
    )
}

/// A part of a stream.
pub(crate) fn part(text: &str) -> Step {
    Step::Send(chunk(text))
}

/// A part in HTTP's chunked encoding.
pub(crate) fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// A stream that ends as HTTP demands.
pub(crate) fn stream(text: &str) -> Vec<Step> {
    vec![
        stream_head(),
        part(text),
        Step::Send("0\r\n\r\n".to_owned()),
    ]
}

/// A stream whose connection is lost after the text.
pub(crate) fn cut_stream(text: &str) -> Vec<Step> {
    vec![stream_head(), part(text)]
}

/// An event with a text.
pub(crate) fn text_event(text: &str) -> String {
    let choice = serde_json::json!({ "choices": [{ "index": 0, "delta": { "content": text } }] });
    format!("data: {choice}\n\n")
}

/// A complete stream with a text.
pub(crate) fn answer(text: &str) -> Vec<Step> {
    let end = r#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    stream(&format!("{}{end}\n\ndata: [DONE]\n\n", text_event(text)))
}

impl ScriptedServer {
    /// Starts a server with a reply for each request. Further requests are answered with status 418.
    pub(crate) async fn start(replies: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let replies = Arc::new(Mutex::new(VecDeque::from(replies)));
        let (on_close, closed) = mpsc::unbounded_channel();
        let recorded = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (replies, requests) = (Arc::clone(&replies), Arc::clone(&recorded));
                let on_close = on_close.clone();
                tokio::spawn(async move {
                    // An error is the client's end of the connection.
                    let _ = serve(connection, &replies, &requests).await;
                    let _ = on_close.send(());
                });
            }
        });
        Self {
            address,
            requests,
            closed,
            task,
        }
    }

    /// Returns the base URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Returns the port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns all requests.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// Waits until a connection is closed.
    pub(crate) async fn wait_for_close(&mut self) {
        let closed = tokio::time::timeout(Duration::from_secs(30), self.closed.recv());
        closed
            .await
            .expect("the client keeps its connection open")
            .unwrap();
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves one request and closes the connection.
async fn serve(
    mut connection: TcpStream,
    replies: &Mutex<VecDeque<Vec<Step>>>,
    requests: &Mutex<Vec<RecordedRequest>>,
) -> io::Result<()> {
    let request = read_request(&mut connection).await?;
    requests.lock().unwrap().push(request);
    let steps = replies.lock().unwrap().pop_front();
    for step in steps.unwrap_or_else(|| reply(418, "", "no reply is left")) {
        match step {
            Step::Send(text) => connection.write_all(text.as_bytes()).await?,
            Step::Repeat(text) => {
                let mut ticks = interval(Duration::from_millis(5));
                loop {
                    ticks.tick().await;
                    connection.write_all(text.as_bytes()).await?;
                }
            }
            Step::AwaitClose => drop(connection.read_u8().await?),
        }
    }
    connection.shutdown().await
}

async fn read_request(connection: &mut TcpStream) -> io::Result<RecordedRequest> {
    let mut received = Vec::new();
    loop {
        if connection.read_buf(&mut received).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&received);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let head = head.to_lowercase();
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        let length: usize = length.unwrap_or("0").trim().parse().unwrap();
        if body.len() == length {
            let body = serde_json::from_str(body).unwrap();
            return Ok(RecordedRequest { head, body });
        }
    }
}
