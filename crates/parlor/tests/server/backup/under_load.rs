//! A backup that is made while others write.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use parlor_testkit::tokio::task::{JoinSet, spawn_blocking};
use serde_json::{Value, json};

use super::fixture::{command, create_chat, make_backup, open, send, text};
use crate::program::{Program, block_on, client, temp_dir};

const WRITERS: usize = 8;
const MESSAGES_BEFORE: usize = 300;

/// Sends messages until it is stopped; notes the text of each one that was answered.
async fn write(
    (url, key, writer): (String, String, usize),
    stop: Arc<AtomicBool>,
    answered: Arc<Mutex<Vec<String>>>,
) {
    let client = client();
    for turn in 0.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let said = format!("{writer}-{turn}");
        let body = json!({ "role": "user", "content": said });
        let (status, answer) = send(client.post(&url), &key, Some(&body)).await;
        assert!([200, 201].contains(&status), "{status} {answer}");
        answered.lock().unwrap().push(said);
    }
}

#[test]
fn backup_under_load_has_every_answered_message_and_no_gap() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let archive = folder.path().join("backup.tar.zst");
    let program = Program::start(&data, &[], &[]);
    let (url, key) = (program.url.clone(), program.key());
    let answered: Arc<Mutex<Vec<String>>> = Arc::default();
    let (before, chat, space) = block_on(async {
        let space = store_file(&url, &key).await;
        let chat = create_chat(&url, &key).await;
        let messages = format!("{url}/api/v1/chats/{chat}/messages");
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let target = (messages.clone(), key.clone(), writer);
            writers.spawn(write(target, stop.clone(), answered.clone()));
        }
        let (data, archive) = (data.clone(), archive.clone());
        let seen = answered.clone();
        let before = spawn_blocking(move || {
            while seen.lock().unwrap().len() < MESSAGES_BEFORE {
                std::thread::yield_now();
            }
            let before = seen.lock().unwrap().clone();
            let made = make_backup(&data, &archive, &[]);
            assert_eq!(made["files"], 1, "{made}");
            assert!(made["rows"]["message"].as_u64().unwrap() >= before.len() as u64);
            assert_eq!(made["hasMasterKey"], false);
            before
        });
        let before = before.await.unwrap();
        stop.store(true, Ordering::SeqCst);
        while let Some(ended) = writers.join_next().await {
            ended.unwrap();
        }
        (before, chat, space)
    });
    program.stop();

    let sound = command(&["verify", text(&archive), "--json"], &data).json();
    assert_eq!(sound["sound"], true);
    let restored = folder.path().join("restored");
    let report = command(&["restore", text(&archive), "--json"], &restored).json();
    assert_eq!(
        (&report["masterKey"], &report["movedTo"]),
        (&json!("missing"), &Value::Null)
    );
    assert_other_epoch(&data, &restored);
    // Without the key the database is of no use, and a start makes no new key for it.
    let refused = command(&["serve", "--listen", "127.0.0.1:0"], &restored);
    refused.assert_refused(4, "master key", "--master-key-file");
    std::fs::copy(data.join("master.key"), restored.join("master.key")).unwrap();

    let program = Program::start(&restored, &[], &[]);
    block_on(async {
        let log = read_log(&program.url, &key, &chat).await;
        let seqs: Vec<u64> = log
            .iter()
            .map(|entry| entry["seq"].as_u64().unwrap())
            .collect();
        let gap_free: Vec<u64> = (1..=seqs.len() as u64).collect();
        assert_eq!(seqs, gap_free);
        let said: Vec<String> = log.iter().map(ToString::to_string).collect();
        for message in &before {
            let words = format!("\"{message}\"");
            assert!(
                said.iter().any(|entry| entry.contains(&words)),
                "{message} is lost"
            );
        }
        assert_eq!(read_file(&program.url, &key, &space).await, "the bytes");
    });
    program.stop();
}

/// The restored logs are of another epoch, so that no client resumes at a position that they do not have.
fn assert_other_epoch(data: &std::path::Path, restored: &std::path::Path) {
    let time = |data| -> i64 {
        let select = "select created_at from instance";
        open(data).query_row(select, (), |row| row.get(0)).unwrap()
    };
    assert_ne!(time(data), time(restored));
}

/// Stores a file in a new space.
async fn store_file(url: &str, key: &str) -> String {
    let create = format!("{url}/api/v1/space/create");
    let (status, space) = send(client().post(&create), key, Some(&json!({}))).await;
    assert_eq!(status, 200, "{space}");
    let space = space["id"].as_str().unwrap().to_owned();
    let path = format!("{url}/api/v1/space/{space}/storage/upload/kept.txt");
    let body = json!({ "file": "data:text/plain,the%20bytes" });
    let (status, file) = send(client().post(&path), key, Some(&body)).await;
    assert_eq!(status, 200, "{file}");
    space
}

async fn read_file(url: &str, key: &str, space: &str) -> String {
    let path = format!("{url}/api/v1/space/{space}/storage/download/kept.txt");
    let (status, link) = send(client().get(&path), key, None).await;
    assert_eq!(status, 200, "{link}");
    // The link has the address of the server that has made it.
    let link = link["url"].as_str().unwrap();
    client()
        .get(link)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap()
}

/// Every entry of a chat's log.
async fn read_log(url: &str, key: &str, chat: &str) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let after = all.last().map_or(0, |entry| entry["seq"].as_u64().unwrap());
        let path = format!("{url}/api/v1/chats/{chat}/log?after_seq={after}&limit=100");
        let (status, page) = send(client().get(&path), key, None).await;
        assert_eq!(status, 200, "{page}");
        let entries = page["entries"].as_array().unwrap();
        if entries.is_empty() {
            return all;
        }
        all.extend(entries.iter().cloned());
    }
}
