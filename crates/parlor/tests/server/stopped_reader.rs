//! A reader that stops reading while many messages arrive: the server's memory stays bounded, other subscribers are not
//! delayed, and the reader misses nothing.
//!
//! Proves INV-51 (`docs/invariants.md`).

use parlor_testkit::{TestSocket, tokio};
use serde_json::{Value, json};

use crate::program::{Program, block_on, client, temp_dir};

/// Messages sent while one subscriber does not read.
const MESSAGES_WHILE_STOPPED: usize = 100_000;
/// Messages sent before, while every subscriber reads: the baseline of a busy server's memory.
const MESSAGES_BEFORE: usize = MESSAGES_WHILE_STOPPED;
/// Long messages sent before, so that the caches of an embedded database (about 40 MB) are full.
const LONG_MESSAGES: usize = 1_600;
/// Messages sent in one batch.
const BATCH_MESSAGES: usize = 64;
const SHORT_TEXT: &str = "so much to say";
/// The additional memory that the server may use.
const MAX_GROWTH_KIB: u64 = 4 * 1024;

struct TestChat<'a> {
    program: &'a Program,
    key: String,
    id: String,
}

impl TestChat<'_> {
    async fn create(program: &Program) -> TestChat<'_> {
        let key = program.key();
        let request = client().post(format!("{}/api/v1/chats/", program.url));
        let request = request.header("x-api-key", &key);
        let request = request.header("content-type", "application/json");
        let body = json!({ "user_id": "u1", "title": "Flood" }).to_string();
        let text = request.body(body).send().await.unwrap().text();
        let made: Value = serde_json::from_str(&text.await.unwrap()).unwrap();
        TestChat {
            program,
            key,
            id: made["id"].as_str().unwrap().to_owned(),
        }
    }

    async fn open_socket(&self, more: &str) -> (TestSocket, Value) {
        let (key, id) = (&self.key, &self.id);
        let path = format!("/ws/chat?api_key={key}&user_id=u1&chat_id={id}{more}");
        let mut socket = TestSocket::open(&self.program.url, &path, &[]).await;
        let first = socket.next().await;
        assert_eq!(first["event_type"], "connection_established");
        (socket, first)
    }

    /// Sends messages; returns the position of the last one once it is acknowledged, and the peak memory meanwhile.
    async fn send_many(&self, writer: &mut TestSocket, count: usize, text: &str) -> (i64, u64) {
        let frame = json!({ "content": text }).to_string();
        let (mut last, mut highest) = (0, 0);
        for round in 0..count.div_ceil(BATCH_MESSAGES) {
            let some = BATCH_MESSAGES.min(count - round * BATCH_MESSAGES);
            for _ in 0..some {
                writer.send_text(&frame).await;
            }
            for _ in 0..some {
                let received = writer.next().await;
                assert_eq!(received["event_type"], "message_received");
                last = received["seq"].as_i64().unwrap();
            }
            highest = highest.max(self.program.private_kib());
        }
        (last, highest)
    }
}

/// Reads up to a position and checks that every entry arrives once, in order.
async fn read_until(socket: &mut TestSocket, mut has: i64, to: i64) {
    while has < to {
        let frame = socket.next().await;
        if let Some(seq) = frame["seq"].as_i64() {
            assert_eq!(seq, has + 1);
            has = seq;
        }
    }
}

/// The same for a subscriber that may have been disconnected for not reading, and reconnects like any client.
async fn catch_up(chat: &TestChat<'_>, (mut socket, first): (TestSocket, Value), to: i64) {
    let mut has = first["seq"].as_i64().unwrap();
    let epoch = first["epoch"].as_str().unwrap();
    while has < to {
        let Some(frame) = socket.next_or_end().await else {
            let resume_query = format!("&v=2&last_seq={has}&epoch={epoch}");
            let (again, first) = chat.open_socket(&resume_query).await;
            assert_eq!(first["resumed"], true);
            socket = again;
            continue;
        };
        if let Some(seq) = frame["seq"].as_i64() {
            assert_eq!(seq, has + 1);
            has = seq;
        }
    }
}

async fn run_stopped_reader(program: &Program, long: usize) {
    let chat = TestChat::create(program).await;
    let (mut writer, first) = chat.open_socket("").await;
    assert!(first.get("seq").is_none());
    let (mut quick, first) = chat.open_socket("&v=2").await;
    let head = first["seq"].as_i64().unwrap();
    let warm = head + (long + MESSAGES_BEFORE) as i64;
    let warming = async {
        chat.send_many(&mut writer, long, &"long ".repeat(6_000))
            .await;
        chat.send_many(&mut writer, MESSAGES_BEFORE, SHORT_TEXT)
            .await
    };
    let ((last, before), ()) = tokio::join!(warming, read_until(&mut quick, head, warm));
    assert_eq!(last, warm);

    let stopped = chat.open_socket("&v=2").await;
    // The other subscriber has received everything by the last acknowledgement, except what is on its way.
    let all = warm + MESSAGES_WHILE_STOPPED as i64;
    let ((last, highest), ()) = tokio::join!(
        chat.send_many(&mut writer, MESSAGES_WHILE_STOPPED, SHORT_TEXT),
        read_until(&mut quick, warm, all)
    );
    assert_eq!(last, all);
    let more = highest.saturating_sub(before);
    assert!(
        more < MAX_GROWTH_KIB,
        "{before} KiB before, {highest} KiB at the most"
    );

    catch_up(&chat, stopped, all).await;
}

#[test]
fn stopped_reader_is_bounded_and_misses_nothing() {
    let folder = temp_dir();
    let program = Program::start(&folder.path().join("data"), &["--log", "warn"], &[]);
    block_on(run_stopped_reader(&program, LONG_MESSAGES));
    drop(program);
}

#[test]
fn stopped_reader_is_bounded_and_misses_nothing_on_postgres() {
    let (folder, database) = (temp_dir(), parlor_test_postgres::create_database());
    // Each connection has a thread whose memory is allocated after some of all work: fewer connections reach that
    // sooner.
    let few = ["--log", "warn", "--connections", "2"];
    let arguments = [&few[..], &["--database", database.url()]].concat();
    let program = Program::start(&folder.path().join("data"), &arguments, &[]);
    block_on(run_stopped_reader(&program, 0));
    drop(program);
}
