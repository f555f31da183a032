//! A PostgreSQL server that vanishes without a word, as behind a network that drops packets: every request is answered
//! within its deadline, the server recovers by itself, and no confirmed message is lost or doubled.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parlor_testkit::{PostgresProxy, TestBackend, TestServer};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::program::block_on;

const DEADLINE: Duration = Duration::from_secs(2);
/// Bound of an answer: the deadline, and time for a busy machine.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
const CLIENTS: usize = 6;
/// Answers of each kind that are waited for.
const ANSWERS: u64 = 30;

/// Answers so far.
struct AnswerCounts {
    confirmed: watch::Sender<u64>,
    refused: watch::Sender<u64>,
    is_over: AtomicBool,
}

/// Waits for further answers of a kind.
async fn wait_for(count: &watch::Sender<u64>) {
    let target = *count.borrow() + ANSWERS;
    let mut changes = count.subscribe();
    let reached = changes.wait_for(|count| *count >= target);
    tokio::time::timeout(Duration::from_secs(120), reached)
        .await
        .unwrap()
        .unwrap();
}

#[test]
fn vanished_database_delays_nobody_beyond_the_deadline_and_loses_nothing() {
    block_on(async {
        let mut proxy = None;
        let server = TestServer::start_with(TestBackend::Postgres, |options| {
            proxy = Some(PostgresProxy::start(&mut options.database));
            options.deadline = DEADLINE;
        })
        .await;
        let (proxy, server) = (proxy.unwrap(), Arc::new(server));
        let create = json!({ "user_id": "user123", "title": "Planning" });
        let made = server
            .post("/api/v1/chats/")
            .header("X-API-Key", &server.a.key)
            .json(&create)
            .send()
            .await;
        assert_eq!(made.status, 201);
        let path = format!(
            "/api/v1/chats/{}/messages",
            made.json()["id"].as_str().unwrap()
        );
        let counts = Arc::new(AnswerCounts {
            confirmed: watch::Sender::new(0),
            refused: watch::Sender::new(0),
            is_over: AtomicBool::new(false),
        });
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                tokio::spawn(send_messages(
                    server.clone(),
                    path.clone(),
                    client,
                    counts.clone(),
                ))
            })
            .collect();
        for _ in 0..2 {
            wait_for(&counts.confirmed).await;
            proxy.stall();
            wait_for(&counts.refused).await;
            proxy.reset_and_resume();
            wait_for(&counts.confirmed).await;
        }
        counts.is_over.store(true, Ordering::SeqCst);
        let mut confirmed = BTreeSet::new();
        for client in clients {
            confirmed.extend(client.await.unwrap());
        }
        let stored = stored_texts(&server, &path).await;
        let distinct: BTreeSet<String> = stored.iter().cloned().collect();
        assert_eq!(distinct.len(), stored.len(), "a message was stored twice");
        let lost: Vec<_> = confirmed.difference(&distinct).collect();
        assert!(lost.is_empty(), "{lost:?}");
    });
}

/// Sends messages until the end, each again until it is confirmed, and returns the confirmed texts.
async fn send_messages(
    server: Arc<TestServer>,
    path: String,
    client: usize,
    counts: Arc<AnswerCounts>,
) -> Vec<String> {
    let mut confirmed = Vec::new();
    let mut number = 0;
    while !counts.is_over.load(Ordering::SeqCst) {
        let text = format!("{client}/{number}");
        let body = json!({ "content": text, "client_message_id": text });
        let request = server
            .post(&path)
            .header("X-API-Key", &server.a.key)
            .json(&body)
            .send();
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, request).await.unwrap();
        match answer.status {
            201 => {
                counts.confirmed.send_modify(|count| *count += 1);
                confirmed.push(text);
                number += 1;
            }
            503 | 504 => {
                counts.refused.send_modify(|count| *count += 1);
            }
            other => panic!("{other}: {:?}", answer.json()),
        }
    }
    confirmed
}

async fn stored_texts(server: &TestServer, path: &str) -> Vec<String> {
    let mut texts = Vec::new();
    loop {
        let page = format!("{path}?limit=100&offset={}", texts.len());
        let answer = server
            .get(&page)
            .header("X-API-Key", &server.a.key)
            .send()
            .await;
        assert_eq!(answer.status, 200);
        let found = answer.json();
        let messages = found["messages"].as_array().unwrap();
        texts.extend(
            messages
                .iter()
                .map(|one: &Value| one["content"].as_str().unwrap().to_owned()),
        );
        if found["has_more"] != true {
            return texts;
        }
    }
}
