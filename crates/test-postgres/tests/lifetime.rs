//! Lifetime of test servers: they end with the process that started them.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use parlor_test_postgres::{Durability, PostgresServer};
use postgres::{Client, NoTls};

fn is_accepting(url: &str) -> bool {
    Client::connect(url, NoTls).is_ok()
}

fn wait_until(failure: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "{failure}");
        std::thread::yield_now();
    }
}

#[test]
fn killed_process_leaves_no_server() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_parlor-test-postgres"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    assert!(is_accepting(url.trim()));
    process.kill().unwrap();
    process.wait().unwrap();
    wait_until("the server outlives its owner", || {
        !is_accepting(url.trim())
    });
}

#[test]
fn program_exits_when_stdin_closes() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_parlor-test-postgres"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(process.stdout.take().unwrap());
    let mut url = String::new();
    out.read_line(&mut url).unwrap();
    assert!(is_accepting(url.trim()));
    drop(process.stdin.take());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(process.wait().unwrap().success() && rest.is_empty());
    assert!(!is_accepting(url.trim()));
}

#[test]
fn databases_are_isolated_and_survive_restart() {
    let mut server = PostgresServer::start(Durability::On);
    let (one, other) = (server.create_database(), server.create_database());
    let mut client = Client::connect(one.url(), NoTls).unwrap();
    client.batch_execute("create table kept(n int)").unwrap();
    let mut elsewhere = Client::connect(other.url(), NoTls).unwrap();
    assert!(elsewhere.batch_execute("select * from kept").is_err());
    server.restart();
    assert!(client.batch_execute("select * from kept").is_err());
    let mut client = Client::connect(one.url(), NoTls).unwrap();
    client.batch_execute("select * from kept").unwrap();
}

/// A log longer than a pipe holds must not keep the server's script, and so the owner, from ending.
#[test]
fn server_with_long_log_stops() {
    const FAILURES: usize = 1_500;
    const LONG_NAME: &str = "a_database_that_does_not_exist_and_whose_name_fills_the_log";
    let server = PostgresServer::start(Durability::Off);
    let (url, unknown) = (server.url("postgres"), server.url(LONG_NAME));
    for _ in 0..FAILURES {
        assert!(!is_accepting(&unknown));
    }
    let (stopped, has_stopped) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(server);
        stopped.send(()).unwrap();
    });
    has_stopped
        .recv_timeout(Duration::from_secs(30))
        .expect("the server's owner waits for ever");
    assert!(!is_accepting(&url));
}
