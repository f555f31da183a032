//! Streamed answers whose events the bus has lost: each stream that a reader has seen begin goes on or ends.
//!
//! Proves INV-67 (`docs/invariants.md`).

use std::collections::BTreeSet;
use std::time::Duration;

use crate::two_nodes::{TestBus, TwoNodes};
use parlor_bus::BusMessage;
use parlor_engine::Engine;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_model::Id;
use parlor_model::id::MessageId;
use parlor_model::turn::{TurnChange, TurnEvent};
use parlor_testkit::tokio::time::interval;
use parlor_testkit::{TestBackend, TestServer, TestSocket, backend, with_assistant};
use serde_json::{Value, json};

/// A chat of the user `u1`, with its number.
struct Chat {
    id: String,
    number: i64,
}

async fn create_chat(server: &TestServer) -> Chat {
    let create = server
        .post("/api/v1/chats/")
        .header("x-api-key", &server.a.key);
    let body = json!({ "user_id": "u1", "title": "Parcels" });
    let created = create.json(&body).send().await.expect(201);
    let id = created["id"].as_str().unwrap().to_owned();
    let number = server.count("select max(number) from conversation");
    Chat { id, number }
}

async fn say(server: &TestServer, chat: &Chat, content: &str) {
    let post = server.post(&format!("/api/v1/chats/{}/messages", chat.id));
    let body = json!({ "user_id": "u1", "content": content });
    let post = post.header("x-api-key", &server.a.key).json(&body);
    post.send().await.expect(201);
}

async fn open(server: &TestServer, node: &str, chat: &Chat, version: &str) -> TestSocket {
    let key = &server.a.key;
    let path = format!(
        "/ws/chat?api_key={key}&user_id=u1&chat_id={}{version}",
        chat.id
    );
    TestSocket::open_greeted(node, &path).await
}

/// Receives the next frame of one of these types.
async fn receive(socket: &mut TestSocket, types: &[&str]) -> Value {
    loop {
        let frame = socket.next().await;
        if types.iter().any(|kind| frame["event_type"] == *kind) {
            return frame;
        }
    }
}

/// Publishes the beginning of an answer whose later events are lost.
fn publish_start(engine: &Engine, server: &TestServer, chat: &Chat, message: MessageId) {
    engine.bus().publish(&[BusMessage::Turn(TurnEvent {
        ws: server.a.ctx().ws(),
        conversation: chat.number,
        message,
        change: TurnChange::Started {
            answered_seq: 0,
            author: None,
            reply_to: None,
        },
    })]);
}

with_assistant! {
    async fn stream_without_a_turn_ends(server: TestServer) {
        let chat = create_chat(&server).await;
        let mut readers = [
            open(&server, &server.url, &chat, "").await,
            open(&server, &server.url, &chat, "&v=2").await,
        ];
        let message = Id::new(server.engine.random_uuid());
        publish_start(&server.engine, &server, &chat, message);
        for reader in &mut readers {
            let started = receive(reader, &["message_stream_started"]).await;
            assert_eq!(started["message_id"], format_uuid(message));
        }
        for reader in &mut readers {
            let ended = receive(reader, &["message_stream_ended"]).await;
            let expected = (&json!(format_uuid(message)), &json!("cancelled"));
            assert_eq!((&ended["message_id"], &ended["finish_reason"]), expected);
        }
        assert!(server.engine.live_turns().find(chat.number).is_none());
    }

    async fn stream_of_a_failed_turn_ends_with_its_error(server: TestServer) {
        let chat = create_chat(&server).await;
        let mut reader = open(&server, &server.url, &chat, "&v=2").await;
        say(&server, &chat, "/fail unauthorized").await;
        let failed = receive(&mut reader, &["message_stream_ended"]).await;
        let message = parse_uuid(failed["message_id"].as_str().unwrap()).unwrap();
        // As a node sees it that has lost the end.
        publish_start(&server.engine, &server, &chat, message);
        receive(&mut reader, &["message_stream_started"]).await;
        let error = receive(&mut reader, &["error"]).await;
        assert_eq!(error["error_code"], "AGENT_ERROR");
        let ended = receive(&mut reader, &["message_stream_ended"]).await;
        assert_eq!((&ended["message_id"], &ended["finish_reason"]), (&failed["message_id"], &json!("error")));
    }

    async fn deleted_conversation_leaves_no_turn_under_way(server: TestServer) {
        let chat = create_chat(&server).await;
        say(&server, &chat, "/slow 1000\nnever to be heard").await;
        while server.engine.live_turns().find(chat.number).is_none() {
            interval(Duration::from_millis(20)).tick().await;
        }
        let delete = server.delete(&format!("/api/v1/chats/{}?force=true", chat.id));
        delete.header("x-api-key", &server.a.key).send().await.expect(200);
        while server.engine.live_turns().find(chat.number).is_some() {
            interval(Duration::from_millis(20)).tick().await;
        }
    }
}

#[test]
fn reader_that_joins_gets_no_stream_of_a_stored_answer() {
    backend::run_with_assistant(TestBackend::Postgres, async |server: TestServer| {
        let chat = create_chat(&server).await;
        let mut reader = open(&server, &server.url, &chat, "&v=2").await;
        say(&server, &chat, "hello").await;
        let ended = receive(&mut reader, &["message_stream_ended"]).await;
        let message = parse_uuid(ended["message_id"].as_str().unwrap()).unwrap();
        let stored = receive(&mut reader, &["message_created"]).await;
        publish_start(&server.engine, &server, &chat, message);
        // One that has just received it, and one that has received it before.
        let seq = &stored["seq"];
        let mut late = open(&server, &server.url, &chat, &format!("&v=2&last_seq={seq}")).await;
        for socket in [&mut reader, &mut late] {
            socket.send(&json!({ "action": "ping" })).await;
            let frame = receive(socket, &["message_stream_started", "pong"]).await;
            assert_eq!(frame["event_type"], "pong", "{frame}");
        }
    });
}

/// What a reader has seen of answers.
#[derive(Default)]
struct Seen {
    begun: BTreeSet<String>,
    ended: BTreeSet<String>,
    /// The answer is stored, or a person has to respond.
    is_over: bool,
}

impl Seen {
    fn note(&mut self, frame: &Value) {
        let message = || frame["message_id"].as_str().unwrap().to_owned();
        match frame["event_type"].as_str().unwrap() {
            "message_stream_started" => drop(self.begun.insert(message())),
            "message_stream_ended" => drop(self.ended.insert(message())),
            "message_created" if frame["message"]["sender_role"] == "assistant" => {
                self.ended.insert(message());
                self.is_over = true;
            }
            "chat_updated" => self.is_over = true,
            _ => {}
        }
    }

    fn is_complete(&self) -> bool {
        self.is_over && self.begun.is_subset(&self.ended)
    }
}

#[test]
fn each_stream_ends_while_the_connection_of_the_nodes_breaks() {
    for bus in TestBus::ALL {
        backend::block_on(streams_end_while_the_bus_breaks(bus));
    }
}

async fn streams_end_while_the_bus_breaks(bus: TestBus) {
    let nodes = TwoNodes::start(bus).await;
    let (server, node) = (&nodes.server, &nodes.node);
    let mut readers = Vec::new();
    for number in 0..8 {
        let chat = create_chat(server).await;
        let url = [server.url.as_str(), node.url()][number % 2];
        readers.push((open(server, url, &chat, "&v=2").await, Seen::default()));
        let words = "word ".repeat(20);
        let content = match number % 4 {
            0 | 1 => format!("/slow 60\n{words}"),
            _ => format!("/slow 60\n/fail malformed 12\n{words}"),
        };
        say(server, &chat, &content).await;
    }
    let breaking = async {
        let mut ticks = interval(nodes.break_interval());
        for _ in 0..16 {
            ticks.tick().await;
            nodes.break_bus();
        }
    };
    let reading = async {
        for (reader, seen) in &mut readers {
            while !seen.is_complete() {
                seen.note(&reader.next().await);
            }
        }
    };
    parlor_testkit::tokio::join!(breaking, reading);
}
