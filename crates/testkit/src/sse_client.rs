//! Client for server-sent events in tests. It parses by the HTML standard (9.2.6), but panics on unknown fields, which
//! the standard ignores.

use std::time::Duration;

use serde_json::Value;

use crate::TestServer;

/// Maximum wait for expected data; long enough for a busy machine.
const RECEIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// Open event stream.
pub struct SseClient {
    response: reqwest::Response,
    /// Received bytes without a line end.
    buffer: Vec<u8>,
    name: String,
    data: String,
    id: String,
    /// Last `retry` field: reconnection delay in milliseconds.
    pub retry: Option<u64>,
    /// Number of comment lines, which serve as keep-alive.
    pub keep_alive_count: usize,
}

/// Event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct SseClientEvent {
    /// Id to resume with.
    pub id: String,
    /// Event type.
    pub name: String,
    /// Data, which must be JSON.
    pub data: Value,
}

impl TestServer {
    /// Opens a stream at a path and query, with additional headers.
    ///
    /// # Panics
    /// If the response is not an event stream.
    pub async fn open_events(&self, path: &str, headers: &[(&str, &str)]) -> SseClient {
        SseClient::open(&self.url, path, headers).await
    }
}

impl SseClient {
    /// Opens a stream of any server, given its URL.
    pub async fn open(server: &str, path: &str, headers: &[(&str, &str)]) -> Self {
        let request = reqwest::Client::new().get(format!("{server}{path}"));
        let request = request.header("accept", "text/event-stream");
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        Self::from_response(request.send().await.unwrap())
    }

    /// Reads a stream from a response.
    #[track_caller]
    fn from_response(response: reqwest::Response) -> Self {
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap())
        };
        assert_eq!(response.status(), 200);
        assert_eq!(header("content-type"), Some("text/event-stream"));
        assert_eq!(
            (header("cache-control"), header("content-length")),
            (Some("no-store"), None)
        );
        Self {
            response,
            buffer: Vec::new(),
            name: String::new(),
            data: String::new(),
            id: String::new(),
            retry: None,
            keep_alive_count: 0,
        }
    }

    /// Receives the next event.
    pub async fn next(&mut self) -> SseClientEvent {
        self.try_next().await.expect("the stream has ended")
    }

    /// Receives the next event; returns `None` if the stream ends before, cleanly or not.
    pub async fn try_next(&mut self) -> Option<SseClientEvent> {
        loop {
            while let Some(line) = self.next_line() {
                if let Some(event) = self.parse_line(&line) {
                    return Some(event);
                }
            }
            self.read_chunk().await?;
        }
    }

    /// Waits for the next keep-alive comment; panics if an event comes first.
    pub async fn expect_keep_alive(&mut self) {
        let before = self.keep_alive_count;
        while self.keep_alive_count == before {
            match self.next_line() {
                Some(line) => assert_eq!(self.parse_line(&line), None),
                None => self.read_chunk().await.expect("the stream has ended"),
            }
        }
    }

    async fn read_chunk(&mut self) -> Option<()> {
        let chunk = tokio::time::timeout(RECEIVE_TIMEOUT, self.response.chunk()).await;
        let chunk = chunk.expect("nothing came").ok().flatten()?;
        self.buffer.extend_from_slice(&chunk);
        Some(())
    }

    /// Removes a complete line from the buffer. Lines end with LF, CR or CRLF.
    fn next_line(&mut self) -> Option<String> {
        let end = self.buffer.iter().position(|byte| b"\r\n".contains(byte))?;
        let is_pair = match (self.buffer[end], self.buffer.get(end + 1)) {
            // The following byte, perhaps LF, has not arrived yet.
            (b'\r', None) => return None,
            (b'\r', Some(b'\n')) => true,
            _ => false,
        };
        let line: Vec<u8> = self.buffer.drain(..=end + usize::from(is_pair)).collect();
        let text = std::str::from_utf8(&line).expect("events are UTF-8");
        Some(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn parse_line(&mut self, line: &str) -> Option<SseClientEvent> {
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => self.keep_alive_count += 1,
            "event" => value.clone_into(&mut self.name),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" => {
                assert!(!value.contains('\0'), "{line}");
                value.clone_into(&mut self.id);
            }
            "retry" => self.retry = Some(value.parse().unwrap()),
            _ => panic!("no such field: {line}"),
        }
        None
    }

    fn dispatch(&mut self) -> Option<SseClientEvent> {
        let (name, data) = (
            std::mem::take(&mut self.name),
            std::mem::take(&mut self.data),
        );
        let data = data.strip_suffix('\n')?;
        Some(SseClientEvent {
            id: self.id.clone(),
            name: if name.is_empty() {
                "message".to_owned()
            } else {
                name
            },
            data: serde_json::from_str(data).unwrap(),
        })
    }
}
