//! Turns that are stopped: by somebody who cancels them, and by their server.
//!
//! Proves INV-68 (`docs/invariants.md`).

use std::time::Duration;

use parlor_assistant::provider::{ProviderKind, ProviderSettings};
use parlor_engine::turn::{self, StopSignal, StopSignals, TurnLease, TurnWork};
use parlor_model::conversation::ConversationKey;
use parlor_testkit::tokio::time::timeout;
use parlor_testkit::{TestBackend, TestServer, backend, with_assistant};
use serde_json::json;

const LEASE: Duration = Duration::from_secs(60);
/// Longest time until a signal, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Says something in a new chat.
async fn ask(server: &TestServer, content: &str) -> String {
    let key = ("x-api-key", server.a.key.as_str());
    let create = server.post("/api/v1/chats/").header(key.0, key.1);
    let chat = create.json(&json!({ "user_id": "u1" })).send().await;
    let id = chat.expect(201)["id"].as_str().unwrap().to_owned();
    let post = server.post(&format!("/api/v1/chats/{id}/messages"));
    let body = json!({ "user_id": "u1", "content": content });
    post.header(key.0, key.1)
        .json(&body)
        .send()
        .await
        .expect(201);
    id
}

/// Runs a test body with a server whose only place for a turn is taken, so that the test can be the worker of others.
fn run_as_worker(backend: TestBackend, body: impl AsyncFnOnce(&TestServer)) {
    backend::block_on(async {
        let server = TestServer::start_with(backend, |options| {
            options.assistant.provider = Some(ProviderSettings::new(ProviderKind::Echo));
            options.assistant.turns.max_concurrent_turns = 1;
        })
        .await;
        ask(&server, "/slow 60000\nnever to be heard").await;
        let running = "select count(*) from turn where state = 'running'";
        server.wait_for_count(running, 1).await;
        body(&server).await;
    });
}

async fn claim_one(server: &TestServer) -> TurnLease {
    let claimed = turn::claim(&server.engine, 1, LEASE).await.unwrap();
    *claimed.first().unwrap()
}

async fn begin(server: &TestServer) -> (TurnLease, TurnWork, StopSignals) {
    ask(server, "hello").await;
    let lease = claim_one(server).await;
    let (work, signals) = turn::begin(&server.engine, lease).await.unwrap().unwrap();
    (lease, work, signals)
}

async fn next_signal(server: &TestServer, mut signals: StopSignals) -> StopSignal {
    timeout(PATIENCE, signals.next_signal(&server.engine))
        .await
        .unwrap()
}

/// Cancels a turn that has just begun, before its worker waits for signals.
async fn cancel_at_once(server: &TestServer) {
    let (_, work, signals) = begin(server).await;
    let key = ConversationKey::Number(work.turn.conversation);
    let cancelled = turn::cancel(&server.engine, &server.a.ctx(), key, None).await;
    assert_eq!(cancelled.unwrap(), Some(work.turn.message));
    assert_eq!(next_signal(server, signals).await, StopSignal::Cancel);
}

/// Cancels a turn by a request of which the bus has lost the event.
async fn cancel_without_an_event(server: &TestServer) {
    for (change, signal) in [
        ("cancel_requested = true", StopSignal::Cancel),
        ("state = 'cancelled'", StopSignal::Withdrawn),
    ] {
        let (_, work, signals) = begin(server).await;
        let number = work.turn.number;
        let update = format!("update turn set {change} where number = {number} returning number");
        assert_eq!(server.count(&update), number);
        let lost = [parlor_bus::BusMessage::MessagesLost];
        server.engine.bus().publish(&lost);
        assert_eq!(next_signal(server, signals).await, signal);
    }
}

/// Gives a turn back more often than a turn is tried.
async fn give_back_often(server: &TestServer) {
    ask(server, "hello").await;
    for _ in 0..10 {
        let lease = claim_one(server).await;
        let (work, _) = turn::begin(&server.engine, lease).await.unwrap().unwrap();
        assert_eq!(work.turn.attempts, 1);
        turn::give_back(&server.engine, lease).await.unwrap();
        // A worker that has lost it gives nothing back.
        turn::give_back(&server.engine, lease).await.unwrap();
    }
    let lease = claim_one(server).await;
    turn::begin(&server.engine, lease).await.unwrap();
    let stale = lease;
    turn::give_back(&server.engine, lease).await.unwrap();
    let lease = claim_one(server).await;
    turn::begin(&server.engine, lease).await.unwrap();
    turn::give_back(&server.engine, stale).await.unwrap();
    let attempts = "select max(attempts) from turn where text = '' and number > 1";
    assert_eq!(server.count(attempts), 1);
}

#[test]
fn cancel_right_after_the_beginning_is_noticed_on_sqlite() {
    run_as_worker(TestBackend::Sqlite, cancel_at_once);
}

#[test]
fn cancel_right_after_the_beginning_is_noticed_on_postgres() {
    run_as_worker(TestBackend::Postgres, cancel_at_once);
}

#[test]
fn cancel_whose_event_was_lost_is_noticed_on_sqlite() {
    run_as_worker(TestBackend::Sqlite, cancel_without_an_event);
}

#[test]
fn cancel_whose_event_was_lost_is_noticed_on_postgres() {
    run_as_worker(TestBackend::Postgres, cancel_without_an_event);
}

#[test]
fn turn_that_is_given_back_counts_no_attempt_on_sqlite() {
    run_as_worker(TestBackend::Sqlite, give_back_often);
}

#[test]
fn turn_that_is_given_back_counts_no_attempt_on_postgres() {
    run_as_worker(TestBackend::Postgres, give_back_often);
}

with_assistant! {
    async fn clean_stops_do_not_fail_an_answer(server: TestServer) {
        let mut server = server;
        let chat = ask(&server, "/slow 700\none two").await;
        let running = "select count(*) from turn where state = 'running' and attempts = 1";
        for _ in 0..7 {
            server.wait_for_count(running, 1).await;
            server.restart().await;
        }
        server.wait_for_count("select count(*) from turn where state = 'done'", 1).await;
        let get = server.get(&format!("/api/v1/chats/{chat}/messages"));
        let page = get.header("x-api-key", &server.a.key).send().await.expect(200);
        assert_eq!(page["messages"][1]["content"], "You said: one two", "{page}");
    }
}
