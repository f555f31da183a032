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
