//! Long answers that the client does not read: the server's memory and the duration are bounded.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use parlor_kit::ids;
use parlor_model::id::{ConversationId, kind};
use serde_json::{Value, json};

use crate::program::{Program, WAIT_TIMEOUT, block_on, client, temp_dir};

/// The number of long messages, and the length of each in bytes, in letters of four bytes. `PARLOR_TEST_LONG_MESSAGES`
/// overrides the number.
const MESSAGES: usize = 120;
const MESSAGE_CHARS: usize = 260_000;
/// Clients that do not read.
const READERS: usize = 8;
/// The server's memory limit, whatever the length of the answers.
const MAX_MEMORY_KIB: u64 = 200 * 1024;

fn message_count() -> usize {
    let asked = std::env::var("PARLOR_TEST_LONG_MESSAGES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(MESSAGES)
}

/// A group with long messages, and its credentials.
struct LongGroup {
    session: String,
    organization: String,
    workspace: String,
    space: String,
    id: String,
    key: String,
    /// The owner's own token.
    member: String,
}

/// How an answer with many long messages is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// Streamed while it is read, so a client that stops reading is disconnected.
    Pieces,
    /// Ends early: a mebibyte and the message that reaches it.
    Page,
}

/// The maximum length of an answer that ends early: a mebibyte of messages, one more message, and their envelopes.
const LONGEST_PAGE: usize = (1 << 20) + 2 * MESSAGE_CHARS;

/// A route that reads all messages.
struct Road {
    name: &'static str,
    bound: Bound,
    path: String,
    headers: String,
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
    /// Creates the group with this number of messages; `place` is the commands' argument for the data.
    async fn create(program: &Program, place: &[&str], messages: usize) -> Self {
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
        for _ in 0..messages {
            post_json(
                program,
                &path,
                &kit,
                &json!({ "type": "user", "text": text }),
            )
            .await;
        }
        let owner = field("ownerMemberId");
        let made = program
            .run_command(&[&["token", "create", "--member", &owner, "--json"], place].concat());
        let member = made.json()["token"].as_str().unwrap().to_owned();
        Self {
            session,
            organization,
            workspace,
            space,
            id,
            key,
            member,
        }
    }

    /// Every route that reads the messages, in every dialect.
    fn roads(&self) -> Vec<Road> {
        let Self {
            session,
            organization,
            workspace,
            space,
            id,
            key,
            member,
        } = self;
        let home: ConversationId = ids::parse_uuid(id).unwrap();
        let (hex, prefixed) = (
            ids::format_hex(home),
            ids::format_prefixed("conversation_", home),
        );
        let sharely = format!("authorization: {session}\r\norganizationid: {organization}\r\n");
        let bearer = format!("authorization: Bearer {key}\r\n");
        let relation = format!("ApiKey: {key}\r\nauthorization: Bearer {member}\r\n");
        let tenant = format!("x-api-key: {key}\r\n");
        let rail = format!("/api/v2/w/{workspace}/chats/{id}");
        let kit = format!("/api/v1/conversation/{prefixed}/message/list");
        let mut roads = Vec::new();
        for (name, bound, path, headers) in [
            (
                "a group's messages",
                Bound::Pieces,
                format!("/v1/workspaces/{workspace}/spaces/{space}/message?groupId={id}"),
                &sharely,
            ),
            (
                "the widget's messages",
                Bound::Pieces,
                format!("/spaces/{space}/messages?groupId={id}"),
                &sharely,
            ),
            (
                "a chat's messages",
                Bound::Pieces,
                format!("{rail}/messages?pageSize=100"),
                &bearer,
            ),
            (
                "a chat's export",
                Bound::Pieces,
                format!("{rail}/export"),
                &bearer,
            ),
            (
                "a channel's messages",
                Bound::Pieces,
                format!("/api/v1/message/list?channelUuid={hex}&limit=100"),
                &relation,
            ),
            (
                "a conversation's messages",
                Bound::Page,
                format!("{kit}?take=100"),
                &bearer,
            ),
            (
                "a conversation's messages as lines",
                Bound::Pieces,
                format!("{kit}?take=100"),
                &format!("{bearer}accept: application/jsonl\r\n"),
            ),
            (
                "a tenant chat's messages",
                Bound::Page,
                format!("/api/v1/chats/{id}/messages?limit=100"),
                &tenant,
            ),
            (
                "a tenant chat's log",
                Bound::Page,
                format!("/api/v1/chats/{id}/log?limit=100"),
                &tenant,
            ),
        ] {
            roads.push(Road {
                name,
                bound,
                path,
                headers: headers.clone(),
            });
        }
        roads
    }
}

impl Road {
    /// Sends a request and does not read the answer.
    fn ask(&self, program: &Program) -> TcpStream {
        let address = program.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        let (path, headers) = (&self.path, &self.headers);
        let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }
}

/// Reads to the end; returns how much arrived, and whether the answer was complete.
fn read_to_end(mut stream: TcpStream) -> (usize, bool) {
    stream.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
    let (mut buffer, mut answer) = (vec![0; 1 << 16], Vec::new());
    let (mut length, mut whole) = (0, None);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (length, false),
            Ok(count) => {
                length += count;
                answer.extend_from_slice(&buffer[..count]);
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return (length, false),
            Err(error) => panic!("{error}"),
        }
        // Complete means the announced length or, without one, the last chunk.
        whole = whole.or_else(|| told_length(&answer));
        let is_whole = match whole {
            Some(whole) => length >= whole,
            None => answer.ends_with(b"\r\n0\r\n\r\n"),
        };
        if is_whole {
            let status = String::from_utf8_lossy(&answer[..answer.len().min(15)]);
            assert!(status.starts_with("HTTP/1.1 200"), "{status}");
            return (length, true);
        }
    }
}

/// The length of an answer with its head, if it is announced.
fn told_length(answer: &[u8]) -> Option<usize> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))?;
    Some(end + length.parse::<usize>().ok()?)
}

fn assert_bounded_memory(program: &Program, place: &[&str]) {
    let group = block_on(LongGroup::create(program, place, message_count()));
    let before = program.resident_kib();
    let roads = group.roads();
    let long: Vec<&Road> = roads
        .iter()
        .filter(|road| road.bound == Bound::Pieces)
        .collect();
    let asked = long.iter().cycle().take(READERS.max(long.len()));
    let readers: Vec<(&Road, TcpStream)> = asked.map(|road| (*road, road.ask(program))).collect();
    // Each has filled the kernel's buffers, and the next piece waits.
    let (mut highest, until) = (0, Instant::now() + Duration::from_secs(5));
    while Instant::now() < until {
        highest = highest.max(program.resident_kib());
        std::thread::park_timeout(Duration::from_millis(20));
    }
    assert!(
        highest < MAX_MEMORY_KIB,
        "{before} KiB before, {highest} KiB at the most"
    );
    // A client that continues reading within the time misses nothing.
    for (road, stream) in readers {
        let (length, is_whole) = read_to_end(stream);
        // Some show at most a hundred.
        let least = message_count().min(100) * MESSAGE_CHARS;
        assert!(is_whole && length > least, "{}: {length}", road.name);
    }
    for road in roads.iter().filter(|road| road.bound == Bound::Page) {
        let (length, is_whole) = read_to_end(road.ask(program));
        let is_bounded = (MESSAGE_CHARS..LONGEST_PAGE).contains(&length);
        assert!(is_whole && is_bounded, "{}: {length}", road.name);
    }
    let last = program.resident_kib();
    assert!(last < MAX_MEMORY_KIB, "{last} KiB");
}

/// Indexing these would take long.
const WITHOUT_INDEX: [&str; 4] = ["--log", "warn", "--search-interval", "1h"];
/// Long enough for eight readers in turn on a busy machine.
const LONG_WRITE_TIMEOUT: [&str; 2] = ["--write-timeout", "2m"];

#[test]
fn readers_that_stop_hold_little() {
    let place = temp_dir();
    let arguments = [&WITHOUT_INDEX[..], &LONG_WRITE_TIMEOUT].concat();
    let program = Program::start(&place.path().join("data"), &arguments, &[]);
    assert_bounded_memory(&program, &[]);
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
    assert_bounded_memory(&program, &["--database", database.url()]);
    drop(program);
}

/// Enough for every streamed answer to exceed the kernel's buffers.
const LONG_ENOUGH: usize = 60;

fn cut_off(program: &Program, place: &[&str]) {
    let group = block_on(LongGroup::create(program, place, LONG_ENOUGH));
    let roads = group.roads();
    let long = roads.iter().filter(|road| road.bound == Bound::Pieces);
    let asked: Vec<(&Road, TcpStream)> = long.map(|road| (road, road.ask(program))).collect();
    assert!(asked.len() > 5, "{} long answers", asked.len());
    let begun = Instant::now();
    // The other ends are closed while this side does not read.
    while established_connections(program) > 0 {
        assert!(
            begun.elapsed() < WAIT_TIMEOUT,
            "{} go on",
            established_connections(program)
        );
        std::thread::park_timeout(Duration::from_millis(50));
    }
    for (road, stream) in asked {
        let (length, is_whole) = read_to_end(stream);
        let is_cut = !is_whole && length < LONG_ENOUGH * MESSAGE_CHARS;
        assert!(is_cut, "{}: {length}", road.name);
    }
}

#[test]
fn a_client_that_takes_nothing_is_cut_off() {
    let place = temp_dir();
    let arguments = [&WITHOUT_INDEX[..], &["--write-timeout", "1s"]].concat();
    let program = Program::start(&place.path().join("data"), &arguments, &[]);
    cut_off(&program, &[]);
    drop(program);
}

#[test]
fn so_it_is_cut_off_on_postgres() {
    let (place, database) = (temp_dir(), parlor_test_postgres::create_database());
    let arguments = [
        &WITHOUT_INDEX[..],
        &["--write-timeout", "1s", "--database", database.url()],
    ]
    .concat();
    let program = Program::start(&place.path().join("data"), &arguments, &[]);
    cut_off(&program, &["--database", database.url()]);
    drop(program);
}

/// The process's established connections, from the kernel's table.
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
