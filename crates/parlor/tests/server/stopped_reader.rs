//! A reader that stops reading while very much happens: the server holds no more for it, the others feel nothing of
//! it, and it misses nothing.

use parlor_testkit::{Socket, tokio};
use serde_json::{Value, json};

use crate::program::{Program, block_on, client, folder};

/// What is said while one does not read.
const EVENTS: usize = 100_000;
/// As much said before, while everybody reads: it shows what a busy server holds anyway.
const BEFORE: usize = EVENTS;
/// Long things said before, so that the caches of an embedded database, of some forty megabytes, are full.
const LONG: usize = 1_600;
/// Sent in one go.
const ROUND: usize = 64;
const SHORT: &str = "so much to say";
/// How much more the server may hold.
const KIB: u64 = 4 * 1024;

struct Chat<'a> {
    program: &'a Program,
    key: String,
    id: String,
}

impl Chat<'_> {
    async fn made(program: &Program) -> Chat<'_> {
        let key = program.key();
        let request = client().post(format!("{}/api/v1/chats/", program.url));
        let request = request.header("x-api-key", &key);
        let request = request.header("content-type", "application/json");
        let body = json!({ "user_id": "u1", "title": "Flood" }).to_string();
        let text = request.body(body).send().await.unwrap().text();
        let made: Value = serde_json::from_str(&text.await.unwrap()).unwrap();
        Chat {
            program,
            key,
            id: made["id"].as_str().unwrap().to_owned(),
        }
    }

    async fn enter(&self, more: &str) -> (Socket, Value) {
        let (key, id) = (&self.key, &self.id);
        let path = format!("/ws/chat?api_key={key}&user_id=u1&chat_id={id}{more}");
        let mut socket = Socket::open(&self.program.url, &path, &[]).await;
        let first = socket.next().await;
        assert_eq!(first["event_type"], "connection_established");
        (socket, first)
    }

    /// Says so much; the position of the last once it is confirmed, and the most that the program held meanwhile.
    async fn flood(&self, writer: &mut Socket, count: usize, text: &str) -> (i64, u64) {
        let frame = json!({ "content": text }).to_string();
        let (mut last, mut highest) = (0, 0);
        for round in 0..count.div_ceil(ROUND) {
            let some = ROUND.min(count - round * ROUND);
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

/// Reads up to a position: every entry once, in order.
async fn follow(socket: &mut Socket, mut has: i64, to: i64) {
    while has < to {
        let frame = socket.next().await;
        if let Some(seq) = frame["seq"].as_i64() {
            assert_eq!(seq, has + 1);
            has = seq;
        }
    }
}

/// The same for one who may have been let go for not reading, and comes back as any client would.
async fn catch_up(chat: &Chat<'_>, (mut socket, first): (Socket, Value), to: i64) {
    let mut has = first["seq"].as_i64().unwrap();
    let epoch = first["epoch"].as_str().unwrap();
    while has < to {
        let Some(frame) = socket.next_or_end().await else {
            let place = format!("&v=2&last_seq={has}&epoch={epoch}");
            let (again, first) = chat.enter(&place).await;
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

async fn stop_reading(program: &Program, long: usize) {
    let chat = Chat::made(program).await;
    let (mut writer, first) = chat.enter("").await;
    assert!(first.get("seq").is_none());
    let (mut quick, first) = chat.enter("&v=2").await;
    let head = first["seq"].as_i64().unwrap();
    let warm = head + (long + BEFORE) as i64;
    let warming = async {
        chat.flood(&mut writer, long, &"long ".repeat(6_000)).await;
        chat.flood(&mut writer, BEFORE, SHORT).await
    };
    let ((last, before), ()) = tokio::join!(warming, follow(&mut quick, head, warm));
    assert_eq!(last, warm);

    let stopped = chat.enter("&v=2").await;
    // The other has everything when the last answer is in, but for what is on its way.
    let all = warm + EVENTS as i64;
    let ((last, highest), ()) = tokio::join!(
        chat.flood(&mut writer, EVENTS, SHORT),
        follow(&mut quick, warm, all)
    );
    assert_eq!(last, all);
    let more = highest.saturating_sub(before);
    assert!(more < KIB, "{before} KiB before, {highest} KiB at the most");

    catch_up(&chat, stopped, all).await;
}

#[test]
fn a_reader_that_stops_costs_nobody_anything() {
    let place = folder();
    let program = Program::start(&place.path().join("data"), &["--log", "warn"], &[]);
    block_on(stop_reading(&program, LONG));
    drop(program);
}

#[test]
fn nor_does_it_on_postgres() {
    let (place, database) = (folder(), parlor_cluster::fresh_database());
    // Each connection has a thread, whose memory is warm when it has done some of everything: few are so sooner.
    let few = ["--log", "warn", "--connections", "2"];
    let arguments = [&few[..], &["--database", database.url()]].concat();
    let program = Program::start(&place.path().join("data"), &arguments, &[]);
    block_on(stop_reading(&program, 0));
    drop(program);
}
