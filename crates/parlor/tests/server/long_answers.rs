//! Long answers that nobody reads: the server holds little of them, and not for long.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use parlor_kit::ids;
use parlor_model::id::{ConversationId, kind};
use serde_json::{Value, json};

use crate::program::{Program, WAIT_TIMEOUT, block_on, client, temp_dir};

/// Long messages that are said, and how long each is in bytes, of letters of four. `PARLOR_TEST_LONG_MESSAGES` says another
/// number.
const MESSAGES: usize = 120;
const MESSAGE_CHARS: usize = 260_000;
/// Readers that read nothing.
const READERS: usize = 8;
/// What the server may hold, whatever there is to read.
const MAX_MEMORY_KIB: u64 = 200 * 1024;

fn message_count() -> usize {
    let asked = std::env::var("PARLOR_TEST_LONG_MESSAGES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(MESSAGES)
}

/// A group with long messages, and what opens it.
struct LongGroup {
    session: String,
    organization: String,
    workspace: String,
    space: String,
    id: String,
}

async fn post_json(program: &Program, path: &str, headers: &[(&str, &str)], body: &Value) -> Value {
    let mut request = client().post(format!("{}{path}", program.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.header("content-type", "application/json");
    let reply = request.body(body.to_string()).send().await.unwrap();
    let (status, text) = (reply.status(), reply.text().await.unwrap());
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap()
}

impl LongGroup {
    async fn create(program: &Program) -> Self {
        let credentials = program.credentials();
        let field = |name: &str| credentials[name].as_str().unwrap().to_owned();
        let (workspace, organization) = (field("workspaceId"), field("organizationId"));
        let key = program.key();
        let path = format!("/workspaces/{workspace}/generate-access-key-token");
        let token = post_json(program, &path, &[("x-api-key", &key)], &json!({})).await;
        let session = format!("Bearer {}", token["token"].as_str().unwrap());
        let headers = [
            ("authorization", session.as_str()),
            ("organizationid", &organization),
        ];
        let kit = [("authorization", format!("Bearer {key}"))];
        let kit = [(kit[0].0, kit[0].1.as_str())];
        let space = post_json(program, "/api/v1/space/create", &kit, &json!({})).await;
        let space = space["id"].as_str().unwrap();
        let space = ids::parse_prefixed::<kind::Space>("space_", space).unwrap();
        let space = ids::format_uuid(space);
        let path = format!("/v1/workspaces/{workspace}/spaces/{space}/group");
        let group = post_json(program, &path, &headers, &json!({ "name": "Long" })).await;
        let id = group["id"].as_str().unwrap().to_owned();
        let home: ConversationId = ids::parse_uuid(&id).unwrap();
        let home = ids::format_prefixed("conversation_", home);
        let path = format!("/api/v1/conversation/{home}/message/create");
        let text = "𝒙".repeat(MESSAGE_CHARS / 4);
        for _ in 0..message_count() {
            post_json(
                program,
                &path,
                &kit,
                &json!({ "type": "user", "text": text }),
            )
            .await;
        }
        Self {
            session,
            organization,
            workspace,
            space,
            id,
        }
    }

    /// Asks for everything that was said, and reads nothing of the answer.
    fn request_unread(&self, program: &Program) -> TcpStream {
        let Self {
            session,
            organization,
            workspace,
            space,
            id,
        } = self;
        let address = program.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "GET /v1/workspaces/{workspace}/spaces/{space}/message?groupId={id} HTTP/1.1\r\nhost: {address}\r\n\
             authorization: {session}\r\norganizationid: {organization}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }
}

/// Reads to the end: how much came, and whether the answer ended as it should.
fn read_to_end(mut stream: TcpStream) -> (usize, bool) {
    stream.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
    let (mut buffer, mut length, mut end) = (vec![0; 1 << 16], 0, Vec::new());
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (length, end.ends_with(b"0\r\n\r\n")),
            Ok(count) => {
                length += count;
                end.extend_from_slice(&buffer[..count]);
                let keep = end.len().saturating_sub(8);
                end.drain(..keep);
                if end.ends_with(b"\r\n0\r\n\r\n") {
                    return (length, true);
                }
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return (length, false),
            Err(error) => panic!("{error}"),
        }
    }
}

fn assert_bounded_memory(program: &Program) {
    let group = block_on(LongGroup::create(program));
    let before = program.resident_kib();
    let readers: Vec<TcpStream> = (0..READERS)
        .map(|_| group.request_unread(program))
        .collect();
    // Each has as much as fits between the two ends, and the next piece waits.
    let (mut highest, until) = (0, Instant::now() + Duration::from_secs(5));
    while Instant::now() < until {
        highest = highest.max(program.resident_kib());
        std::thread::park_timeout(Duration::from_millis(20));
    }
    assert!(
        highest < MAX_MEMORY_KIB,
        "{before} KiB before, {highest} KiB at the most"
    );
    // Whoever reads on within the time misses nothing.
    for stream in readers {
        let (length, is_whole) = read_to_end(stream);
        assert!(
            is_whole && length > message_count() * MESSAGE_CHARS,
            "{length}"
        );
    }
    let last = program.resident_kib();
    assert!(last < MAX_MEMORY_KIB, "{last} KiB");
}

/// The index would be busy for long with these.
const WITHOUT_INDEX: [&str; 4] = ["--log", "warn", "--search-interval", "1h"];
/// Long enough for eight readers that take their turns on a busy machine.
const LONG_WRITE_TIMEOUT: [&str; 2] = ["--write-timeout", "2m"];

#[test]
fn readers_that_stop_hold_little() {
    let place = temp_dir();
    let arguments = [&WITHOUT_INDEX[..], &LONG_WRITE_TIMEOUT].concat();
    let program = Program::start(&place.path().join("data"), &arguments, &[]);
    assert_bounded_memory(&program);
    drop(program);
}

#[test]
fn so_it_is_on_postgres() {
    let (place, database) = (temp_dir(), parlor_test_postgres::create_database());
    let arguments = [
        &WITHOUT_INDEX[..],
        &LONG_WRITE_TIMEOUT,
        &["--database", database.url()],
    ]
    .concat();
    let program = Program::start(&place.path().join("data"), &arguments, &[]);
    assert_bounded_memory(&program);
    drop(program);
}

#[test]
fn a_client_that_takes_nothing_is_cut_off() {
    let place = temp_dir();
    let arguments = [&WITHOUT_INDEX[..], &["--write-timeout", "1s"]].concat();
    let program = Program::start(&place.path().join("data"), &arguments, &[]);
    let group = block_on(LongGroup::create(&program));
    let stream = group.request_unread(&program);
    let begun = Instant::now();
    // The other end is closed while nothing is read here.
    while established_connections(&program) > 0 {
        assert!(begun.elapsed() < WAIT_TIMEOUT);
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let (length, is_whole) = read_to_end(stream);
    assert!(
        !is_whole && length < message_count() * MESSAGE_CHARS,
        "{length}"
    );
    drop(program);
}

/// Connections that the program holds established, by the kernel's table.
fn established_connections(program: &Program) -> usize {
    let port: u16 = program.url.rsplit_once(':').unwrap().1.parse().unwrap();
    let local = format!(":{port:04X} ");
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let established = table.lines().filter(|line| {
        let mut words = line.split_whitespace().skip(1);
        let is_ours = words
            .next()
            .is_some_and(|word| format!("{word} ").ends_with(&local));
        // 01 is established.
        is_ours && words.nth(1) == Some("01")
    });
    established.count()
}
