//! A server lives as long as the process that started it, and no longer.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use parlor_cluster::{Cluster, Durability};
use postgres::{Client, NoTls};

fn answers(url: &str) -> bool {
    Client::connect(url, NoTls).is_ok()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < until, "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_killed_process_leaves_no_server() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_parlor-cluster"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    assert!(answers(url.trim()));
    process.kill().unwrap();
    process.wait().unwrap();
    wait_until("the server outlives its owner", || !answers(url.trim()));
}

#[test]
fn the_program_ends_with_its_input() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_parlor-cluster"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(process.stdout.take().unwrap());
    let mut url = String::new();
    out.read_line(&mut url).unwrap();
    assert!(answers(url.trim()));
    drop(process.stdin.take());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(process.wait().unwrap().success() && rest.is_empty());
    assert!(!answers(url.trim()));
}

#[test]
fn databases_are_apart_and_a_restart_keeps_them() {
    let mut cluster = Cluster::start(Durability::On);
    let (one, other) = (cluster.fresh_database(), cluster.fresh_database());
    let mut client = Client::connect(one.url(), NoTls).unwrap();
    client.batch_execute("create table kept(n int)").unwrap();
    let mut elsewhere = Client::connect(other.url(), NoTls).unwrap();
    assert!(elsewhere.batch_execute("select * from kept").is_err());
    cluster.restart();
    assert!(client.batch_execute("select * from kept").is_err());
    let mut client = Client::connect(one.url(), NoTls).unwrap();
    client.batch_execute("select * from kept").unwrap();
}
