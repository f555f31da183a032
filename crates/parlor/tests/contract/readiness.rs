//! `/readyz` reports whether writes succeed, on both databases.

use std::time::Duration;

use parlor_testkit::{TestResponse, TestServer, both, tokio};

/// Deadline for an expected state.
const SOON: Duration = Duration::from_secs(20);

/// Polls until the answer is this one: a check's result is cached for a moment.
async fn until(server: &TestServer, status: u16) -> TestResponse {
    let asking = async {
        loop {
            let reply = server.get("/readyz").send().await;
            if reply.status == status {
                return reply;
            }
            tokio::task::yield_now().await;
        }
    };
    let found = tokio::time::timeout(SOON, asking).await;
    found.unwrap_or_else(|_| panic!("it is never {status}"))
}

async fn lives(server: &TestServer) {
    assert_eq!(server.get("/livez").send().await.status, 200);
}

both! {
    async fn server_whose_writer_is_dead_is_not_ready(server: TestServer) {
        until(&server, 200).await;
        let engine = server.engine.clone();
        // The writer and reader threads end, and the process goes on.
        tokio::task::spawn_blocking(move || engine.close()).await.unwrap();
        let found = until(&server, 503).await;
        assert_ne!(found.json()["database"], "ok", "{}", found.text());
        lives(&server).await;
        // The state does not recover by itself.
        for _ in 0..5 {
            assert_eq!(server.get("/readyz").send().await.status, 503);
        }
    }

    async fn server_that_cannot_write_is_not_ready_until_it_can(server: TestServer) {
        until(&server, 200).await;
        let hold = server.hold_writes().await;
        let found = until(&server, 503).await;
        assert_eq!(found.json()["database"], "not writable");
        lives(&server).await;
        tokio::task::spawn_blocking(move || drop(hold)).await.unwrap();
        until(&server, 200).await;
    }
}
