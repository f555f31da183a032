//! Long answers that the client does not read: the server's memory and the duration are bounded.
//!
//! Proves INV-52 (`docs/invariants.md`).

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::long_group::{Bound, LongGroup, LongRoute, MESSAGE_BYTES};
use crate::program::{Program, WAIT_TIMEOUT, block_on, temp_dir};

/// The default number of long messages; `PARLOR_TEST_LONG_MESSAGES` overrides it.
const MESSAGES: usize = 120;
/// The maximum length of an answer that ends early: a mebibyte of messages, one more message, and their envelopes.
const MAX_PAGE_BYTES: usize = (1 << 20) + 2 * MESSAGE_BYTES;
/// Clients that do not read.
const READERS: usize = 8;
/// The server's memory limit, whatever the length of the answers.
const MAX_MEMORY_KIB: u64 = 200 * 1024;

fn message_count() -> usize {
    let number = std::env::var("PARLOR_TEST_LONG_MESSAGES").ok();
    number
        .and_then(|text| text.parse().ok())
        .unwrap_or(MESSAGES)
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
        whole = whole.or_else(|| announced_length(&answer));
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
fn announced_length(answer: &[u8]) -> Option<usize> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))?;
    Some(end + length.parse::<usize>().ok()?)
}

fn assert_bounded_memory(program: &Program, data_arguments: &[&str]) {
    let group = block_on(LongGroup::create(program, data_arguments, message_count()));
    let before = program.resident_kib();
    let routes = group.routes();
    let long: Vec<&LongRoute> = routes
        .iter()
        .filter(|route| route.bound == Bound::Pieces)
        .collect();
    let streams = long.iter().cycle().take(READERS.max(long.len()));
    let readers: Vec<(&LongRoute, TcpStream)> =
        streams.map(|route| (*route, route.send(program))).collect();
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
    for (route, stream) in readers {
        let (length, is_whole) = read_to_end(stream);
        // Some show at most a hundred.
        let least = message_count().min(100) * MESSAGE_BYTES;
        assert!(is_whole && length > least, "{}: {length}", route.name);
    }
    for route in routes.iter().filter(|route| route.bound == Bound::Page) {
        let (length, is_whole) = read_to_end(route.send(program));
        let is_bounded = (MESSAGE_BYTES..MAX_PAGE_BYTES).contains(&length);
        assert!(is_whole && is_bounded, "{}: {length}", route.name);
    }
    let last = program.resident_kib();
    assert!(last < MAX_MEMORY_KIB, "{last} KiB");
}

/// Indexing these would take long.
const WITHOUT_INDEX: [&str; 4] = ["--log", "warn", "--search-interval", "1h"];
/// Long enough for eight readers in turn on a busy machine.
const LONG_WRITE_TIMEOUT: [&str; 2] = ["--write-timeout", "2m"];

#[test]
fn stopped_readers_hold_bounded_memory() {
    let folder = temp_dir();
    let arguments = [&WITHOUT_INDEX[..], &LONG_WRITE_TIMEOUT].concat();
    let program = Program::start(&folder.path().join("data"), &arguments, &[]);
    assert_bounded_memory(&program, &[]);
    drop(program);
}

#[test]
fn stopped_readers_hold_bounded_memory_on_postgres() {
    let (folder, database) = (temp_dir(), parlor_test_postgres::create_database());
    let arguments = [
        &WITHOUT_INDEX[..],
        &LONG_WRITE_TIMEOUT,
        &["--database", database.url()],
    ]
    .concat();
    let program = Program::start(&folder.path().join("data"), &arguments, &[]);
    assert_bounded_memory(&program, &["--database", database.url()]);
    drop(program);
}

/// Enough messages that every streamed response exceeds the socket buffers of both ends.
const LONG_ENOUGH: usize = 60;

fn cut_off(program: &Program, data_arguments: &[&str]) {
    let group = block_on(LongGroup::create(program, data_arguments, LONG_ENOUGH));
    let routes = group.routes();
    let long = routes.iter().filter(|route| route.bound == Bound::Pieces);
    let streams: Vec<(&LongRoute, TcpStream)> =
        long.map(|route| (route, route.send(program))).collect();
    assert!(streams.len() > 5, "{} long answers", streams.len());
    let begun = Instant::now();
    // The server closes its ends while the test reads nothing.
    while established_connections(program) > 0 {
        assert!(
            begun.elapsed() < WAIT_TIMEOUT,
            "{} go on",
            established_connections(program)
        );
        std::thread::park_timeout(Duration::from_millis(50));
    }
    for (route, stream) in streams {
        let (length, is_whole) = read_to_end(stream);
        let is_cut = !is_whole && length < LONG_ENOUGH * MESSAGE_BYTES;
        assert!(is_cut, "{}: {length}", route.name);
    }
}

#[test]
fn client_that_reads_nothing_is_disconnected() {
    let folder = temp_dir();
    let arguments = [&WITHOUT_INDEX[..], &["--write-timeout", "1s"]].concat();
    let program = Program::start(&folder.path().join("data"), &arguments, &[]);
    cut_off(&program, &[]);
    drop(program);
}

#[test]
fn client_that_reads_nothing_is_disconnected_on_postgres() {
    let (folder, database) = (temp_dir(), parlor_test_postgres::create_database());
    let arguments = [
        &WITHOUT_INDEX[..],
        &["--write-timeout", "1s", "--database", database.url()],
    ]
    .concat();
    let program = Program::start(&folder.path().join("data"), &arguments, &[]);
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
