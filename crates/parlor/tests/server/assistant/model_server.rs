//! A server with `chat/completions` that accepts one key and records what it is sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// The key that the server accepts.
pub const KEY: &str = "sk-model-9f8e7d6c";

const EVENTS: &str = concat!(
    "data: {\"choices\":[{\"delta\":{\"content\":\"hel\"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\n",
    "data: [DONE]\n\n"
);

/// A request: the headers in lower case, and the body.
#[derive(Debug, Clone)]
pub struct ModelRequest {
    pub headers: String,
    pub body: Value,
}

/// What the server responds.
pub struct ModelResponse {
    pub status: &'static str,
    pub media_type: &'static str,
    pub text: String,
    /// Bytes that are promised and never sent.
    pub missing_bytes: usize,
}

impl ModelResponse {
    /// A stream of events.
    pub fn events(events: &str) -> Self {
        Self {
            status: "200 OK",
            media_type: "text/event-stream",
            text: events.to_owned(),
            missing_bytes: 0,
        }
    }

    /// An error in the server's own words.
    pub fn error(status: &'static str, message: &str) -> Self {
        Self {
            status,
            media_type: "application/json",
            text: serde_json::json!({ "error": { "message": message } }).to_string(),
            missing_bytes: 0,
        }
    }
}

/// A model server on a free port. It lasts as long as the test.
pub struct ModelServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<ModelRequest>>>,
}

impl ModelServer {
    pub fn start() -> Self {
        Self::start_with(|_| ModelResponse::events(EVENTS))
    }

    /// Starts a server that responds so to requests with its key.
    pub fn start_with(respond: fn(&Value) -> ModelResponse) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client may end a connection at any time.
                let _ = answer(&stream, &recorded, respond);
            }
        });
        Self { address, requests }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub fn requests(&self) -> Vec<ModelRequest> {
        self.requests.lock().unwrap().clone()
    }
}

fn answer(
    stream: &TcpStream,
    recorded: &Mutex<Vec<ModelRequest>>,
    respond: fn(&Value) -> ModelResponse,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut headers = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        headers.push_str(&line.to_ascii_lowercase());
    }
    let length = headers
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|length| length.trim().parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let is_accepted = headers.contains(&format!("authorization: bearer {KEY}\r\n"));
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let response = match is_accepted {
        true => respond(&body),
        // Like some servers, it quotes what it was sent.
        false => ModelResponse::error("401 Unauthorized", &format!("you sent {headers}")),
    };
    recorded
        .lock()
        .unwrap()
        .push(ModelRequest { headers, body });
    let ModelResponse {
        status,
        media_type,
        text,
        missing_bytes,
    } = response;
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len() + missing_bytes
    )
}
