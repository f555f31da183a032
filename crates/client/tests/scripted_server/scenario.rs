//! Runs a scenario that all clients share; `clients/conformance/README.md` describes the steps.

use std::collections::HashMap;
use std::sync::Arc;

use parlor_client::{ChatSender, EventReceiver, StreamPosition};
use parlor_testkit::tokio;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::description::{describe_event, describe_result};
use crate::fake_server::{FakeConnection, FakeServer, within_timeout};

/// Client and server of one scenario.
pub(crate) struct ScenarioRun {
    fake: FakeServer,
    connection: Option<FakeConnection>,
    sender: Arc<ChatSender>,
    events: EventReceiver,
    /// Running calls of the application, by name.
    results: HashMap<String, JoinHandle<Value>>,
    /// Received frames, by text or action.
    frames: HashMap<String, Value>,
}

impl ScenarioRun {
    pub(crate) async fn start(scenario: &Value) -> Self {
        let fake = FakeServer::start().await;
        let mut socket = fake.socket();
        if !scenario["resume_from"].is_null() {
            let position: StreamPosition =
                serde_json::from_value(scenario["resume_from"].clone()).unwrap();
            socket = socket.resume_from(position);
        }
        if scenario["replay_all"] == true {
            socket = socket.replay_all();
        }
        let (sender, events) = socket.connect_lazy().unwrap();
        Self {
            fake,
            connection: None,
            sender: Arc::new(sender),
            events,
            results: HashMap::new(),
            frames: HashMap::new(),
        }
    }

    pub(crate) async fn execute(&mut self, scenario: &Value) {
        let name = &scenario["name"];
        for (index, step) in scenario["steps"].as_array().unwrap().iter().enumerate() {
            let (action, value) = step.as_object().unwrap().iter().next().unwrap();
            let context = format!("{name}, step {index}: {step}");
            if let Some(action) = action.strip_prefix("server_") {
                self.serve(action, value).await;
            } else if let Some(action) = action.strip_prefix("client_") {
                self.call(action, value);
            } else {
                self.expect(action, value, &context).await;
            }
        }
    }

    async fn serve(&mut self, action: &str, value: &Value) {
        let text = value.as_str().unwrap_or_default();
        let sent = |of: &str| self.frames.get(of).cloned().unwrap_or_default();
        match action {
            "entry" => self.connection().send_entry(value.as_i64().unwrap()).await,
            "ack" => {
                let frame = match value["of"].as_str().and_then(|of| self.frames.get(of)) {
                    Some(frame) => frame.clone(),
                    None => json!({ "client_message_id": "another" }),
                };
                let seq = value["seq"].as_i64().unwrap();
                let duplicate = value["duplicate"] == true;
                self.connection().send_ack(seq, &frame, duplicate).await;
            }
            "reject" => {
                let frame = sent(value["of"].as_str().unwrap());
                let error = json!({
                    "event_type": "error", "error_code": value["code"], "message": "no", "fatal": false,
                    "ref": frame["ref"], "client_message_id": frame["client_message_id"],
                });
                self.connection().send_json(&error).await;
            }
            "reply" => {
                let (name, fields) = value.as_object().unwrap().iter().next().unwrap();
                let mut reply = fields.clone();
                reply["event_type"] = json!(name);
                reply["ref"] = sent(name)["ref"].clone();
                self.connection().send_json(&reply).await;
            }
            "frame" => self.connection().send_json(value).await,
            "text" => self.connection().send_text(text).await,
            "close" => {
                let code = u16::try_from(value["code"].as_u64().unwrap()).unwrap();
                let error_code = value["error_code"].as_str().unwrap();
                let connection = self.connection.take().unwrap();
                connection.close_with(code, error_code).await;
            }
            "error_then_drop" => {
                let error = json!({ "event_type": "error", "error_code": text, "message": "", "fatal": true });
                self.connection().send_json(&error).await;
                self.connection = None;
            }
            "drop" => self.connection = None,
            other => panic!("there is no step server_{other}"),
        }
    }

    fn call(&mut self, action: &str, value: &Value) {
        let sender = self.sender.clone();
        match action {
            "send" => {
                let text = value.as_str().unwrap().to_owned();
                let sending = text.clone();
                let task = async move { describe_result(sender.send(sending).await) };
                self.results.insert(text, tokio::spawn(task));
            }
            "history" => {
                let before = value["before_seq"].as_i64();
                let limit = u32::try_from(value["limit"].as_u64().unwrap()).unwrap();
                let task = async move { describe_result(sender.list_history(before, limit).await) };
                self.results
                    .insert("history".to_owned(), tokio::spawn(task));
            }
            "ping" => {
                let task = async move { describe_result(sender.ping().await) };
                self.results.insert("ping".to_owned(), tokio::spawn(task));
            }
            "read" => sender.mark_read(value.as_i64().unwrap()).unwrap(),
            "typing" => sender.set_typing(value == true).unwrap(),
            "close" => drop(tokio::spawn(async move { sender.close().await })),
            other => panic!("there is no step client_{other}"),
        }
    }

    async fn expect(&mut self, action: &str, value: &Value, context: &str) {
        match action {
            "accept" => {
                let connection = self.fake.accept_socket().await;
                let query = format!("v=2&chat_id=chat&user_id=ada{}", value.as_str().unwrap());
                assert_eq!(connection.query, query, "{context}");
                self.connection = Some(connection);
            }
            "establish" => {
                let epoch = value["epoch"].as_str().unwrap_or("e1");
                let ping = value["ping_interval_ms"].as_u64().unwrap_or(25_000);
                let (seq, resumed) = (value["seq"].as_i64().unwrap(), value["resumed"] == true);
                let connection = self.connection();
                connection.send_established(epoch, seq, resumed, ping).await;
            }
            "receives" => {
                let frame = self.connection().recv().await.expect(context);
                compare(&frame, value, context);
                let name = frame["content"].as_str().or(frame["action"].as_str());
                self.frames.insert(name.unwrap().to_owned(), frame);
            }
            "leaves" => while self.connection().recv().await.is_some() {},
            "event" => {
                let event = within_timeout(self.events.next()).await.expect(context);
                compare(&describe_event(event), value, context);
            }
            "result" => {
                let call = self.results.remove(value["of"].as_str().unwrap()).unwrap();
                let mut result = within_timeout(call).await.unwrap();
                result["of"] = value["of"].clone();
                compare(&result, value, context);
            }
            "position" => {
                let position = serde_json::to_value(self.events.position().unwrap()).unwrap();
                compare(&position, value, context);
            }
            other => panic!("there is no step {other}"),
        }
    }

    fn connection(&mut self) -> &mut FakeConnection {
        self.connection.as_mut().unwrap()
    }
}

/// Asserts that the expected fields have their values.
fn compare(actual: &Value, expected: &Value, context: &str) {
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&actual[name], value, "{name} of {actual}: {context}");
    }
}
