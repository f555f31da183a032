//! A commit takes effect also after its request has ended: at the deadline or with the client's disconnection, while the
//! commit was held.

mod exchange_key;
mod trial;

use std::time::Duration;

use parlor_model::workspace::UpdateWorkspace;
use parlor_testkit::{TestBackend, TestResponse, TestServer, backend, tokio};
use serde_json::Value;

use self::trial::{Caller, Trial};

/// Request deadline of the server.
const DEADLINE: Duration = Duration::from_secs(1);
/// Time until a client disconnects: after its write has started, and before the deadline.
const GONE: Duration = Duration::from_millis(700);
/// Timeout of a released commit.
const SOON: Duration = Duration::from_secs(4);
/// Maximum attempts at a change whose request ended before the write started.
const ATTEMPTS: usize = 5;

/// How the request ends before its commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Deadline,
    ClientGone,
}

fn is_granted(reply: &TestResponse) -> bool {
    let code = serde_json::from_slice::<Value>(&reply.bytes).unwrap_or_default();
    reply.status < 300 && (code["code"].is_null() || code["code"] == "0")
}

/// Attempts a change once and returns whether it ended the right. If another write was queued before it, the request
/// ended before the write started, and nothing changed.
async fn attempt(server: &TestServer, trial: &Trial, end: End) -> bool {
    let what = format!("{}, {end:?}", trial.name);
    for (name, read) in &trial.reads {
        let reply = read().send().await;
        let text = reply.text();
        assert!(is_granted(&reply), "{what}: {name} before: {text}");
    }
    // The last-used times of their keys are written by now.
    server.engine.verify_writable().await.unwrap();
    let hold = server.hold_writes().await;
    let change = (trial.change)();
    match end {
        End::Deadline => {
            let late = change.send().await;
            let (status, text) = (late.status, late.text());
            assert!(status >= 500, "{what}: {status} {text}");
        }
        End::ClientGone => {
            let gone = tokio::time::timeout(GONE, change.send()).await;
            assert!(gone.is_err(), "{what}: it was answered");
        }
    }
    // A change that was not committed ends nothing, and the right is cached again.
    for (name, read) in &trial.reads {
        let reply = read().send().await;
        let text = reply.text();
        assert!(is_granted(&reply), "{what}: {name} meanwhile: {text}");
    }
    tokio::task::spawn_blocking(move || drop(hold))
        .await
        .unwrap();
    let over = async {
        for (_, read) in &trial.reads {
            while is_granted(&read().send().await) {
                tokio::task::yield_now().await;
            }
        }
    };
    tokio::time::timeout(SOON, over).await.is_ok()
}

async fn try_one(server: &TestServer, trial: &Trial, end: End) {
    let what = format!("{}, {end:?}", trial.name);
    let mut has_ended = false;
    for _ in 0..ATTEMPTS {
        has_ended = attempt(server, trial, end).await;
        if has_ended {
            break;
        }
    }
    assert!(has_ended, "{what}: what was remembered outlives the commit");
    for (name, read) in trial.reads.iter().chain(&trial.last) {
        let reply = read().send().await;
        let text = reply.text();
        assert!(!is_granted(&reply), "{what}: {name} after: {text}");
    }
}

fn run(of: TestBackend) {
    backend::block_on(async {
        let server = TestServer::start_with(of, |options| options.deadline = DEADLINE).await;
        let asks = UpdateWorkspace {
            require_roles: Some(true),
            ..UpdateWorkspace::default()
        };
        let ctx = server.a.ctx();
        let updated = parlor_engine::workspace::update(&server.engine, &ctx, asks).await;
        updated.unwrap();
        for end in [End::Deadline, End::ClientGone] {
            let caller = Caller::new(&server).await;
            let trials = caller.all(end).await;
            for trial in trials {
                try_one(&server, &trial, end).await;
            }
        }
    });
}

mod a_commit_ends_what_was_remembered_though_its_request_has_gone {
    use super::{TestBackend, run};

    #[test]
    fn sqlite() {
        run(TestBackend::Sqlite);
    }

    #[test]
    fn postgres() {
        run(TestBackend::Postgres);
    }
}
