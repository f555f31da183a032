//! Plays the transcripts of `docs/transcripts` against a real server, line by line.
//!
//! `NAME connect PATH`, `NAME > FRAME`, `NAME < FRAME`, `NAME until FRAME`, `NAME closed CODE`, `NAME leave`;
//! `rest METHOD PATH BODY` and `rest < ANSWER`, of which only the given fields are compared; `flood $chat COUNT` sends
//! `COUNT` long messages; `stop` stops the server. `$name` is bound to the first value in its place, `*` matches any
//! value. With `PARLOR_BLESS=1` the received frames are written to the file.

use std::collections::BTreeMap;
use std::path::Path;

use parlor_engine::message;
use parlor_kit::ids::parse_uuid;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::{TestServer, TestSocket, both};
use serde_json::{Map, Value};

both! {
    async fn a_chat_of_version_1(server: TestServer) { play_transcript(server, "chat-v1.txt").await; }
    async fn a_chat_of_version_2(server: TestServer) { play_transcript(server, "chat-v2.txt").await; }
    async fn slow_reader_lags(server: TestServer) { play_transcript(server, "lagged.txt").await; }
    async fn many_conversations_on_one_socket(server: TestServer) { play_transcript(server, "live.txt").await; }
    async fn conversation_list(server: TestServer) { play_transcript(server, "list.txt").await; }
}

/// The values of the placeholders.
#[derive(Default)]
struct PlaceholderBindings(BTreeMap<String, String>);

struct TranscriptPlayer {
    server: TestServer,
    sockets: BTreeMap<String, TestSocket>,
    names: PlaceholderBindings,
    answer: Value,
}

async fn play_transcript(server: TestServer, file: &str) {
    let location = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/transcripts")
        .join(file);
    let text = std::fs::read_to_string(&location).unwrap();
    let bless = std::env::var_os("PARLOR_BLESS").is_some();
    let mut play = TranscriptPlayer {
        server,
        sockets: BTreeMap::new(),
        names: PlaceholderBindings::default(),
        answer: Value::Null,
    };
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let name = format!("{file}:{}", index + 1);
        lines.push(if line.is_empty() || line.starts_with('#') {
            line.to_owned()
        } else {
            play.run_line(line, &name, bless).await
        });
    }
    if bless {
        std::fs::write(&location, lines.join("\n") + "\n").unwrap();
    }
}

impl TranscriptPlayer {
    /// Runs a line, and returns it as it should be written.
    async fn run_line(&mut self, line: &str, location: &str, bless: bool) -> String {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let argument = self.names.substitute(rest);
        match (name, verb) {
            ("stop", _) => {
                let mut socket = std::mem::take(&mut self.sockets);
                let stop = self.server.stop();
                let farewell = async {
                    for socket in socket.values_mut() {
                        assert_eq!(socket.next().await["error_code"], "SERVER_SHUTDOWN");
                        assert_eq!(socket.expect_close().await, 1001);
                    }
                };
                tokio::join!(stop, farewell);
            }
            ("flood", chat) => self.send_many(chat, argument.parse().unwrap()).await,
            ("rest", "<") => {
                let expected: Value = serde_json::from_str(rest).unwrap();
                for (field, expected) in expected.as_object().unwrap() {
                    self.names
                        .assert_matches(expected, &self.answer[field], location);
                }
            }
            ("rest", method) => {
                let (path, body) = argument.split_once(' ').unwrap_or((&argument, ""));
                let method = method.parse().unwrap();
                let mut request = self.server.request(method, path);
                request = request.header("X-API-Key", &self.server.a.key);
                if !body.is_empty() {
                    request = request.json(&serde_json::from_str::<Value>(body).unwrap());
                }
                let reply = request.send().await;
                assert!(reply.status < 300, "{location}: {}", reply.status);
                self.answer = serde_json::from_slice(&reply.bytes).unwrap();
            }
            (name, "connect") => {
                let headers = [("X-API-Key", self.server.a.key.as_str())];
                let socket = self.server.open_socket(&argument, &headers).await;
                self.sockets.insert(name.to_owned(), socket);
            }
            (name, "leave") => self.sockets.remove(name).unwrap().close().await,
            (name, "closed") => {
                let code = self.sockets.get_mut(name).unwrap().expect_close().await;
                assert_eq!(code.to_string(), rest, "{location}");
            }
            (name, ">") => {
                self.sockets
                    .get_mut(name)
                    .unwrap()
                    .send_text(&argument)
                    .await;
            }
            (name, "until") => {
                let expected: Value = serde_json::from_str(rest).unwrap();
                let socket = self.sockets.get_mut(name).unwrap();
                loop {
                    let frame = socket.next().await;
                    let fields = expected.as_object().unwrap().iter();
                    let mut fields = fields.map(|(field, value)| (value, &frame[field]));
                    if fields.all(|(expected, value)| self.names.matches(expected, value)) {
                        break;
                    }
                }
            }
            (name, "<") => {
                let frame = self.sockets.get_mut(name).unwrap().next().await;
                if bless {
                    return format!(
                        "{name} < {}",
                        self.names.replace_with_placeholders(&frame, "")
                    );
                }
                let expected: Value = serde_json::from_str(rest).unwrap();
                self.names.assert_matches(&expected, &frame, location);
            }
            (_, other) => assert_eq!(other, "", "{location}: no such verb"),
        }
        line.to_owned()
    }

    async fn send_many(&self, chat: &str, count: usize) {
        let chat = parse_uuid(&self.names.substitute(chat)).unwrap();
        let mut sends = tokio::task::JoinSet::new();
        for _ in 0..count {
            let (engine, ctx) = (self.server.engine.clone(), self.server.a.ctx());
            let text = "x".repeat(8_000);
            let command =
                CreateMessage::new(ConversationKey::Id(chat), None, MessageRole::User, text);
            sends.spawn(async move { message::create(&engine, &ctx, command).await.unwrap() });
        }
        assert_eq!(sends.join_all().await.len(), count);
    }
}

impl PlaceholderBindings {
    fn substitute(&self, text: &str) -> String {
        let known = self.0.iter().rev();
        known.fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
    }

    fn assert_matches(&mut self, expected: &Value, frame: &Value, location: &str) {
        self.bind(expected, frame);
        assert!(self.matches(expected, frame), "{location}: {frame}");
    }

    /// Binds new placeholders to the values of a frame.
    fn bind(&mut self, expected: &Value, frame: &Value) {
        match (expected, frame) {
            (Value::String(name), Value::String(value)) if name.starts_with('$') => {
                self.0.entry(name.clone()).or_insert_with(|| value.clone());
            }
            (Value::Object(expected), Value::Object(frame)) => {
                for (field, expected) in expected {
                    self.bind(expected, frame.get(field).unwrap_or(&Value::Null));
                }
            }
            (Value::Array(expected), Value::Array(frame)) => {
                let pairs = expected.iter().zip(frame);
                pairs.for_each(|(expected, frame)| self.bind(expected, frame));
            }
            _ => {}
        }
    }

    fn matches(&self, expected: &Value, frame: &Value) -> bool {
        match (expected, frame) {
            (Value::String(any), _) if any == "*" => !frame.is_null(),
            (Value::String(name), Value::String(value)) if name.starts_with('$') => {
                self.0.get(name) == Some(value)
            }
            (Value::Object(expected), Value::Object(frame)) => {
                expected.len() == frame.len()
                    && expected.iter().all(|(field, expected)| {
                        frame
                            .get(field)
                            .is_some_and(|value| self.matches(expected, value))
                    })
            }
            (Value::Array(expected), Value::Array(frame)) => {
                expected.len() == frame.len()
                    && expected.iter().zip(frame).all(|(a, b)| self.matches(a, b))
            }
            _ => expected == frame,
        }
    }

    /// Replaces the values of a frame that differ between runs by placeholders.
    fn replace_with_placeholders(&mut self, value: &Value, field: &str) -> Value {
        match value {
            Value::String(text)
                if field.ends_with("timestamp")
                    || field.ends_with("_at")
                    || field == "position" =>
            {
                assert!(!text.is_empty());
                Value::String("*".to_owned())
            }
            Value::String(text) => {
                let known = self.0.iter().find(|(_, value)| *value == text);
                if let Some((name, _)) = known {
                    return Value::String(name.clone());
                }
                if text.len() != 36 || uuid::Uuid::parse_str(text).is_err() {
                    return value.clone();
                }
                let field = field.trim_end_matches("_id");
                let field = if field == "id" { "message" } else { field };
                let count = self
                    .0
                    .keys()
                    .filter(|name| name.starts_with(&format!("${field}")))
                    .count();
                let name = match count {
                    0 => format!("${field}"),
                    more => format!("${field}-{}", more + 1),
                };
                self.0.insert(name.clone(), text.clone());
                Value::String(name)
            }
            Value::Object(fields) => {
                let fields = fields.iter();
                let spelled = fields.map(|(field, value)| {
                    (field.clone(), self.replace_with_placeholders(value, field))
                });
                Value::Object(spelled.collect::<Map<_, _>>())
            }
            Value::Array(values) => Value::Array(
                values
                    .iter()
                    .map(|value| self.replace_with_placeholders(value, field))
                    .collect(),
            ),
            other => other.clone(),
        }
    }
}
