//! Final ends of a socket.

use parlor_client::{Backoff, ChatEvent, CloseReason, ConnectionError, Error};
use parlor_testkit::backend::block_on;
use parlor_testkit::tokio;
use serde_json::json;

use crate::fake_server::{FakeServer, within_timeout};
use crate::fixture::fast_backoff;

#[test]
fn final_close_codes_end_the_socket() {
    block_on(async {
        for (code, error_code) in [
            (1002, "PROTOCOL_ERROR"),
            (1007, "INVALID_UTF8"),
            (1009, "FRAME_TOO_LARGE"),
            (4400, "INVALID_REQUEST"),
            (4401, "AUTH_ERROR"),
            (4403, "CHAT_CLOSED"),
            (4404, "CHAT_NOT_FOUND"),
            (4410, "CHAT_DELETED"),
        ] {
            let fake = FakeServer::start().await;
            let (sender, mut events, mut connection) = fake.open_socket(4).await;
            let sending = tokio::spawn(async move { (sender.send("in vain").await, sender) });
            connection.recv().await.unwrap();
            connection.close_with(code, error_code).await;
            let error_code = Some(error_code.to_owned());
            let reason = CloseReason::Server { code, error_code };
            assert_eq!(
                within_timeout(events.next()).await,
                Some(ChatEvent::Closed(reason.clone()))
            );
            assert_eq!(within_timeout(events.next()).await, None);
            let (sent, sender) = within_timeout(sending).await.unwrap();
            for result in [sent, sender.send("again").await] {
                let Error::Closed(closed_reason) = result.unwrap_err() else {
                    panic!("it is closed")
                };
                assert_eq!(closed_reason, reason);
            }
            assert!(matches!(sender.ping().await, Err(Error::Closed(_))));
        }
    });
}

#[test]
fn rejected_socket_fails_connect() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (opened, ()) = tokio::join!(fake.socket().connect(), async {
            fake.accept_socket()
                .await
                .close_with(4404, "CHAT_NOT_FOUND")
                .await;
        });
        let Err(Error::Closed(CloseReason::Server { code: 4404, .. })) = opened else {
            panic!("it is refused")
        };
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
fn closed_or_dropped_handles_end_the_socket() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (sender, mut events, mut connection) = fake.open_socket(4).await;
        let other = sender.clone();
        let sending = tokio::spawn(async move { other.send("never confirmed").await });
        connection.recv().await.unwrap();
        let (_, frame) =
            within_timeout(async { tokio::join!(sender.close(), connection.recv()) }).await;
        assert_eq!(frame, None);
        let failed = within_timeout(sending).await.unwrap();
        assert!(matches!(failed, Err(Error::Closed(CloseReason::ByClient))));
        assert_eq!(
            within_timeout(events.next()).await,
            Some(ChatEvent::Closed(CloseReason::ByClient))
        );

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
