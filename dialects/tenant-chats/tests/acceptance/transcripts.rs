//! The transcripts of `docs/transcripts`, played against a real server, line by line.
//!
//! `NAME connect PATH`, `NAME > FRAME`, `NAME < FRAME`, `NAME until FRAME`, `NAME closed CODE`, `NAME leave`;
//! `rest METHOD PATH BODY` and `rest < ANSWER`, of which only what is written is compared; `flood $chat COUNT` says so
//! many long things; `stop` stops the server. `$name` stands for what it first met, `*` for anything. With
//! `PARLOR_BLESS=1` the frames are written as they come.

use std::collections::BTreeMap;
use std::path::Path;

use parlor_engine::message;
use parlor_kit::ids::parse_dashed;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, Role};
use parlor_testkit::{Socket, TestServer, both};
use serde_json::{Map, Value};

both! {
    async fn a_chat_of_version_1(server: TestServer) { play(server, "chat-v1.txt").await; }
    async fn a_chat_of_version_2(server: TestServer) { play(server, "chat-v2.txt").await; }
    async fn a_reader_that_lags(server: TestServer) { play(server, "lagged.txt").await; }
    async fn many_conversations_on_one_socket(server: TestServer) { play(server, "live.txt").await; }
    async fn the_list_of_ones_conversations(server: TestServer) { play(server, "list.txt").await; }
}

/// What names stand for.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

struct Play {
    server: TestServer,
    sockets: BTreeMap<String, Socket>,
    names: Names,
    answer: Value,
}

async fn play(server: TestServer, file: &str) {
    let place = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/transcripts")
        .join(file);
    let text = std::fs::read_to_string(&place).unwrap();
    let bless = std::env::var_os("PARLOR_BLESS").is_some();
    let mut play = Play {
        server,
        sockets: BTreeMap::new(),
        names: Names::default(),
        answer: Value::Null,
    };
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let name = format!("{file}:{}", index + 1);
        lines.push(if line.is_empty() || line.starts_with('#') {
            line.to_owned()
        } else {
            play.line(line, &name, bless).await
        });
    }
    if bless {
        std::fs::write(&place, lines.join("\n") + "\n").unwrap();
    }
}

impl Play {
    /// Gives the line as it should read.
    async fn line(&mut self, line: &str, place: &str, bless: bool) -> String {
        let (who, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let said = self.names.put_in(rest);
        match (who, verb) {
            ("stop", _) => {
                let mut socket = std::mem::take(&mut self.sockets);
                let stop = self.server.stop();
                let farewell = async {
                    for socket in socket.values_mut() {
                        assert_eq!(socket.next().await["error_code"], "SERVER_SHUTDOWN");
                        assert_eq!(socket.closed().await, 1001);
                    }
                };
                tokio::join!(stop, farewell);
            }
            ("flood", chat) => self.flood(chat, said.parse().unwrap()).await,
            ("rest", "<") => {
                let expected: Value = serde_json::from_str(rest).unwrap();
                for (field, expected) in expected.as_object().unwrap() {
                    self.names.fit(expected, &self.answer[field], place);
                }
            }
            ("rest", method) => {
                let (path, body) = said.split_once(' ').unwrap_or((&said, ""));
                let method = method.parse().unwrap();
                let mut request = self.server.request(method, path);
                request = request.header("X-API-Key", &self.server.a.key);
                if !body.is_empty() {
                    request = request.json(&serde_json::from_str::<Value>(body).unwrap());
                }
                let reply = request.send().await;
                assert!(reply.status < 300, "{place}: {}", reply.status);
                self.answer = serde_json::from_slice(&reply.bytes).unwrap();
            }
            (who, "connect") => {
                let headers = [("X-API-Key", self.server.a.key.as_str())];
                let socket = self.server.socket(&said, &headers).await;
                self.sockets.insert(who.to_owned(), socket);
            }
            (who, "leave") => self.sockets.remove(who).unwrap().close().await,
            (who, "closed") => {
                let code = self.sockets.get_mut(who).unwrap().closed().await;
                assert_eq!(code.to_string(), rest, "{place}");
            }
            (who, ">") => self.sockets.get_mut(who).unwrap().send_text(&said).await,
            (who, "until") => {
                let expected: Value = serde_json::from_str(rest).unwrap();
                let socket = self.sockets.get_mut(who).unwrap();
                loop {
                    let frame = socket.next().await;
                    let fields = expected.as_object().unwrap().iter();
                    let mut fields = fields.map(|(field, value)| (value, &frame[field]));
                    if fields.all(|(expected, value)| self.names.fits(expected, value)) {
                        break;
                    }
                }
            }
            (who, "<") => {
                let frame = self.sockets.get_mut(who).unwrap().next().await;
                if bless {
                    return format!("{who} < {}", self.names.spell(&frame, ""));
                }
                let expected: Value = serde_json::from_str(rest).unwrap();
                self.names.fit(&expected, &frame, place);
            }
            (_, other) => assert_eq!(other, "", "{place}: no such verb"),
        }
        line.to_owned()
    }

    async fn flood(&self, chat: &str, count: usize) {
        let chat = parse_dashed(&self.names.put_in(chat)).unwrap();
        let mut sends = tokio::task::JoinSet::new();
        for _ in 0..count {
            let (engine, ctx) = (self.server.engine.clone(), self.server.a.ctx());
            let text = "x".repeat(8_000);
            let command = CreateMessage::new(ConversationKey::Id(chat), None, Role::User, text);
            sends.spawn(async move { message::create(&engine, &ctx, command).await.unwrap() });
        }
        assert_eq!(sends.join_all().await.len(), count);
    }
}

impl Names {
    fn put_in(&self, text: &str) -> String {
        let known = self.0.iter().rev();
        known.fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
    }

    fn fit(&mut self, expected: &Value, frame: &Value, place: &str) {
        self.meet(expected, frame);
        assert!(self.fits(expected, frame), "{place}: {frame}");
    }

    /// Notes what new names stand for.
    fn meet(&mut self, expected: &Value, frame: &Value) {
        match (expected, frame) {
            (Value::String(name), Value::String(value)) if name.starts_with('$') => {
                self.0.entry(name.clone()).or_insert_with(|| value.clone());
            }
            (Value::Object(expected), Value::Object(frame)) => {
                for (field, expected) in expected {
                    self.meet(expected, frame.get(field).unwrap_or(&Value::Null));
                }
            }
            (Value::Array(expected), Value::Array(frame)) => {
                let pairs = expected.iter().zip(frame);
                pairs.for_each(|(expected, frame)| self.meet(expected, frame));
            }
            _ => {}
        }
    }

    fn fits(&self, expected: &Value, frame: &Value) -> bool {
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
                            .is_some_and(|value| self.fits(expected, value))
                    })
            }
            (Value::Array(expected), Value::Array(frame)) => {
                expected.len() == frame.len()
                    && expected.iter().zip(frame).all(|(a, b)| self.fits(a, b))
            }
            _ => expected == frame,
        }
    }

    /// A frame with names for what is another each time.
    fn spell(&mut self, value: &Value, field: &str) -> Value {
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
                let spelled =
                    fields.map(|(field, value)| (field.clone(), self.spell(value, field)));
                Value::Object(spelled.collect::<Map<_, _>>())
            }
            Value::Array(values) => Value::Array(
                values
                    .iter()
                    .map(|value| self.spell(value, field))
                    .collect(),
            ),
            other => other.clone(),
        }
    }
}
