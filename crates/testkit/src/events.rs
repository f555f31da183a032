//! A stream of server-sent events in a test, read as the WHATWG's HTML standard says (9.2.6), and more strictly where
//! this server has no excuse: a field nobody knows is a mistake.

use std::time::Duration;

use serde_json::Value;

use crate::TestServer;

/// For what must come. Long enough for a busy machine; nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
pub struct Events {
    response: reqwest::Response,
    /// What came and is no whole line yet.
    rest: Vec<u8>,
    name: String,
    data: String,
    id: String,
    /// Milliseconds after which a reader comes back.
    pub retry: Option<u64>,
    /// Lines that say nothing but that the stream is there.
    pub beats: usize,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The position a reader comes back with.
    pub id: String,
    /// What kind of event.
    pub name: String,
    /// Its data, which must be JSON.
    pub data: Value,
}

impl TestServer {
    /// Opens a stream at a path with its query, with headers of its own. It must open.
    pub async fn events(&self, path: &str, headers: &[(&str, &str)]) -> Events {
        Events::open(&self.url, path, headers).await
    }
}

impl Events {
    /// Opens a stream of any server, by the address its requests go to.
    pub async fn open(server: &str, path: &str, headers: &[(&str, &str)]) -> Self {
        let request = reqwest::Client::new().get(format!("{server}{path}"));
        let request = request.header("accept", "text/event-stream");
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        Self::of(request.send().await.unwrap())
    }

    /// Reads an answer.
    #[track_caller]
    pub fn of(response: reqwest::Response) -> Self {
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
            rest: Vec::new(),
            name: String::new(),
            data: String::new(),
            id: String::new(),
            retry: None,
            beats: 0,
        }
    }

    /// The next event, which must come.
    pub async fn next(&mut self) -> Said {
        self.try_next().await.expect("the stream has ended")
    }

    /// The next event; nothing where the stream ends before it, well or not.
    pub async fn try_next(&mut self) -> Option<Said> {
        loop {
            while let Some(line) = self.line() {
                if let Some(said) = self.take(&line) {
                    return Some(said);
                }
            }
            self.fill().await?;
        }
    }

    /// Waits for the next line that says nothing but that the stream is there; no event may come before it.
    pub async fn beat(&mut self) {
        let before = self.beats;
        while self.beats == before {
            match self.line() {
                Some(line) => assert_eq!(self.take(&line), None),
                None => self.fill().await.expect("the stream has ended"),
            }
        }
    }

    async fn fill(&mut self) -> Option<()> {
        let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
        let chunk = chunk.expect("nothing came").ok().flatten()?;
        self.rest.extend_from_slice(&chunk);
        Some(())
    }

    /// A whole line without its end: LF, CR, or both.
    fn line(&mut self) -> Option<String> {
        let end = self.rest.iter().position(|byte| b"\r\n".contains(byte))?;
        let is_pair = match (self.rest[end], self.rest.get(end + 1)) {
            // Whether LF follows is not known yet.
            (b'\r', None) => return None,
            (b'\r', Some(b'\n')) => true,
            _ => false,
        };
        let line: Vec<u8> = self.rest.drain(..=end + usize::from(is_pair)).collect();
        let text = std::str::from_utf8(&line).expect("events are UTF-8");
        Some(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn take(&mut self, line: &str) -> Option<Said> {
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => self.beats += 1,
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

    fn dispatch(&mut self) -> Option<Said> {
        let (name, data) = (
            std::mem::take(&mut self.name),
            std::mem::take(&mut self.data),
        );
        let data = data.strip_suffix('\n')?;
        Some(Said {
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
