//! Final ends of a socket.

use parlor_client::{Backoff, CloseReason, ConnectionError, Error};
use parlor_testkit::backend::block_on;
use parlor_testkit::tokio;
use serde_json::json;

use crate::fake_server::{FakeServer, within_timeout};
use crate::fixture::fast_backoff;

#[test]
fn refused_upgrade_fails_connect() {
    block_on(async {
        let fake = FakeServer::start().await;
        // 404 is final; 503 is retried.
        let (opened, ()) = tokio::join!(fake.socket().connect(), async {
            fake.answer_http("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n")
                .await;
            fake.answer_http("HTTP/1.1 404 Nothing\r\ncontent-length: 0\r\n\r\n")
                .await;
        });
        let Err(Error::Closed(reason)) = opened else {
            panic!("it is refused")
        };
        assert_eq!(reason, CloseReason::UnexpectedStatus { status: 404 });
    });
}

#[test]
fn dropped_handles_end_the_socket() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (sender, events, mut connection) = fake.open_socket(4).await;
        drop(events);
        let (pinged, ()) = within_timeout(async {
            tokio::join!(sender.ping(), async {
                let ping = connection.recv().await.unwrap();
                let pong = json!({ "event_type": "pong", "timestamp": "t", "ref": ping["ref"] });
                connection.send_json(&pong).await;
            })
        })
        .await;
        pinged.unwrap();
        drop(sender);
        assert_eq!(connection.recv().await, None, "nobody holds it");
    });
}

#[test]
fn exhausted_retries_close_socket() {
    block_on(async {
        let fake = FakeServer::start().await;
        let backoff = Backoff {
            max_attempts: Some(3),
            ..fast_backoff()
        };
        let (opened, ()) = tokio::join!(fake.socket().backoff(backoff).connect(), async {
            for _ in 0..4 {
                drop(fake.accept().await);
            }
        });
        let Err(Error::Closed(reason)) = opened else {
            panic!("it gave up")
        };
        assert_eq!(
            reason,
            CloseReason::RetriesExhausted(ConnectionError::Unreachable)
        );
    });
}
