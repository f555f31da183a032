//! Client against scripted servers with rare behaviour.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod fake_server;
mod fixture;

use fake_server::{FakeServer, within_timeout};
use parlor_client::{
    Backoff, ChatEvent, ChatLogEntry, CloseReason, ConnectionError, Error, ResumeOutcome,
};
use parlor_testkit::backend::block_on;
use parlor_testkit::tokio;
use serde_json::json;

fn seqs(entries: &[ChatLogEntry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.seq).collect()
}

#[test]
fn final_close_codes_end_the_socket() {
    block_on(async {
        for (code, word) in [
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
            let (sender, mut events, mut visit) = fake.open_socket(4).await;
            let sending = tokio::spawn(async move { (sender.send("in vain").await, sender) });
            visit.recv().await.unwrap();
            visit.close_with(code, word).await;
            let error_code = Some(word.to_owned());
            let closing = CloseReason::Server { code, error_code };
            assert_eq!(
                within_timeout(events.next()).await,
                Some(ChatEvent::Closed(closing.clone()))
            );
            assert_eq!(within_timeout(events.next()).await, None);
            let (sent, sender) = within_timeout(sending).await.unwrap();
            for refused in [sent, sender.send("again").await] {
                let Error::Closed(why) = refused.unwrap_err() else {
                    panic!("it is closed")
                };
                assert_eq!(why, closing);
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
        let Err(Error::Closed(closing)) = opened else {
            panic!("it is refused")
        };
        assert_eq!(closing, CloseReason::UnexpectedStatus { status: 404 });
    });
}

#[test]
fn transient_close_codes_resume() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (_sender, mut events, mut visit) = fake.open_socket(4).await;
        let mut has = 4;
        for (code, word) in [
            (1001, "SERVER_SHUTDOWN"),
            (4408, "SLOW_CONSUMER"),
            (4429, "RATE_LIMITED"),
            (4500, "INTERNAL_ERROR"),
            (1011, "SOMETHING_NEW"),
            (0, ""),
        ] {
            has += 1;
            visit.send_entry(has).await;
            assert_eq!(within_timeout(events.next_entry()).await.unwrap().seq, has);
            let lost = if code == 0 {
                drop(visit);
                ConnectionError::Interrupted
            } else {
                visit.close_with(code, word).await;
                let error_code = Some(word.to_owned());
                ConnectionError::Server { code, error_code }
            };
            assert_eq!(
                within_timeout(events.next()).await,
                Some(ChatEvent::Disconnected(lost))
            );
            visit = fake.accept_socket().await;
            let back = format!("v=2&chat_id=chat&user_id=ada&last_seq={has}&epoch=e1");
            assert_eq!(visit.query, back, "{word}");
            visit.establish(has, true).await;
            let Some(ChatEvent::Connected(connected)) = within_timeout(events.next()).await else {
                panic!("it is back")
            };
            assert_eq!(
                (connected.resume, connected.after_seq),
                (ResumeOutcome::Resumed, has)
            );
        }
    });
}

#[test]
fn duplicate_entry_is_skipped_and_gap_reconnects() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (_sender, mut events, mut visit) = fake.open_socket(4).await;
        let mut heard = Vec::new();
        for seq in [5, 5, 4, 6, 8] {
            visit.send_entry(seq).await;
        }
        for _ in 0..2 {
            heard.push(within_timeout(events.next_entry()).await.unwrap());
        }
        assert_eq!(
            within_timeout(events.next()).await,
            Some(ChatEvent::Disconnected(ConnectionError::SequenceGap))
        );
        assert_eq!(visit.recv().await, None, "it left");
        let mut visit = fake.accept_socket().await;
        assert!(
            visit.query.ends_with("&last_seq=6&epoch=e1"),
            "{}",
            visit.query
        );
        visit.establish(8, true).await;
        for seq in [7, 8] {
            visit.send_entry(seq).await;
            heard.push(within_timeout(events.next_entry()).await.unwrap());
        }
        assert_eq!(seqs(&heard), [5, 6, 7, 8]);
        let position = events.position().unwrap();
        assert_eq!((position.seq, position.epoch.as_str()), (8, "e1"));
    });
}

#[test]
fn unacked_message_is_resent_and_delivered_in_order() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (sender, mut events, mut visit) = fake.open_socket(4).await;
        let say = |text: &'static str| {
            let sender = sender.clone();
            tokio::spawn(async move { sender.send(text).await.unwrap() })
        };
        let one = say("one");
        let first = visit.recv().await.unwrap();
        let two = say("two");
        let second = visit.recv().await.unwrap();
        assert_eq!(
            (&first["content"], &second["content"]),
            (&json!("one"), &json!("two"))
        );
        assert_ne!(first["client_message_id"], second["client_message_id"]);
        drop(visit);
        let mut visit = fake.accept_socket().await;
        visit.establish(7, true).await;
        for said in [&first, &second] {
            assert_eq!(
                visit.recv().await.as_ref(),
                Some(said),
                "the same, in the same order"
            );
        }
        // The first message was stored before the loss; the second is acknowledged ahead of the replay.
        visit.send_ack(8, &second, false).await;
        assert_eq!(within_timeout(two).await.unwrap().seq, 8);
        for seq in [5, 6, 7] {
            visit.send_entry(seq).await;
        }
        visit.send_ack(6, &first, true).await;
        let receipt = within_timeout(one).await.unwrap();
        assert_eq!((receipt.seq, receipt.duplicate), (6, true));
        let mut heard = Vec::new();
        for _ in 0..4 {
            heard.push(within_timeout(events.next_entry()).await.unwrap());
        }
        assert_eq!(seqs(&heard), [5, 6, 7, 8]);
        assert_eq!(heard[3].message().unwrap().content, "two");
    });
}

#[test]
fn rejected_message_fails_alone() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (sender, mut events, mut visit) = fake.open_socket(4).await;
        let (sent, asked, ()) = within_timeout(async {
            tokio::join!(sender.send("one"), sender.list_history(None, 500), async {
                for _ in 0..2 {
                    let said = visit.recv().await.unwrap();
                    let refused = json!({
                        "event_type": "error", "error_code": "NO", "message": "not so", "fatal": false,
                        "ref": said["ref"], "client_message_id": said["client_message_id"],
                    });
                    visit.send_json(&refused).await;
                }
            })
        })
        .await;
        assert_eq!(sent.unwrap_err().code(), Some("NO"));
        assert_eq!(asked.unwrap_err().code(), Some("NO"));
        // Invalid frames are skipped, unknown events are passed on.
        for text in [
            "",
            "[]",
            "{\"event_type\":7}",
            "{\"event_type\":\"news\",\"more\":1}",
        ] {
            visit.send_text(text).await;
        }
        let Some(ChatEvent::Unknown { event_type, fields }) = within_timeout(events.next()).await
        else {
            panic!("news are passed on")
        };
        assert_eq!((event_type.as_str(), &fields["more"]), ("news", &json!(1)));
        // A request fails with its connection.
        let (answer, ()) = within_timeout(async {
            tokio::join!(sender.ping(), async {
                visit.recv().await.unwrap();
                drop(visit);
            })
        })
        .await;
        assert!(matches!(answer, Err(Error::ConnectionLost)));
    });
}

#[test]
fn other_epoch_resets_position() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (_sender, mut events, visit) = fake.open_socket(4).await;
        drop(visit);
        within_timeout(events.next()).await.unwrap();
        let mut visit = fake.accept_socket().await;
        visit.establish_with_epoch("e2", 2, false).await;
        let Some(ChatEvent::Connected(connected)) = within_timeout(events.next()).await else {
            panic!("it is back")
        };
        assert_eq!(
            (connected.resume, connected.after_seq),
            (ResumeOutcome::Reset, 2)
        );
        visit.send_entry(3).await;
        assert_eq!(within_timeout(events.next_entry()).await.unwrap().seq, 3);
        let position = events.position().unwrap();
        assert_eq!((position.seq, position.epoch.as_str()), (3, "e2"));
    });
}

#[test]
fn silent_connection_reconnects() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (_sender, mut events) = fake.socket().connect_lazy().unwrap();
        let mut visit = fake.accept_socket().await;
        visit.send_established("e1", 4, false, 100).await;
        within_timeout(events.next()).await.unwrap();
        assert_eq!(
            within_timeout(events.next()).await,
            Some(ChatEvent::Disconnected(ConnectionError::IdleTimeout))
        );
        fake.accept_socket().await;
    });
}

#[test]
fn closed_or_dropped_handles_end_the_socket() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (sender, mut events, mut visit) = fake.open_socket(4).await;
        let other = sender.clone();
        let sending = tokio::spawn(async move { other.send("never confirmed").await });
        visit.recv().await.unwrap();
        let (_, heard) = within_timeout(async { tokio::join!(sender.close(), visit.recv()) }).await;
        assert_eq!(heard, None);
        let failed = within_timeout(sending).await.unwrap();
        assert!(matches!(failed, Err(Error::Closed(CloseReason::ByClient))));
        assert_eq!(
            within_timeout(events.next()).await,
            Some(ChatEvent::Closed(CloseReason::ByClient))
        );

        let (sender, events, mut visit) = fake.open_socket(4).await;
        drop(events);
        let (pinged, ()) = within_timeout(async {
            tokio::join!(sender.ping(), async {
                let asked = visit.recv().await.unwrap();
                let pong = json!({ "event_type": "pong", "timestamp": "t", "ref": asked["ref"] });
                visit.send_json(&pong).await;
            })
        })
        .await;
        pinged.unwrap();
        drop(sender);
        assert_eq!(visit.recv().await, None, "nobody holds it");
    });
}

#[test]
fn exhausted_retries_close_socket() {
    block_on(async {
        let fake = FakeServer::start().await;
        let backoff = Backoff {
            max_attempts: Some(3),
            ..fixture::fast_backoff()
        };
        let (opened, ()) = tokio::join!(fake.socket().backoff(backoff).connect(), async {
            for _ in 0..4 {
                drop(fake.accept().await);
            }
        });
        let Err(Error::Closed(closing)) = opened else {
            panic!("it gave up")
        };
        assert_eq!(
            closing,
            CloseReason::RetriesExhausted(ConnectionError::Unreachable)
        );
    });
}

#[test]
fn only_idempotent_requests_are_retried() {
    block_on(async {
        let fake = FakeServer::start().await;
        let client = fake.client().backoff(Backoff {
            max_attempts: Some(2),
            ..fixture::fast_backoff()
        });
        let id = |asked: &str| {
            let body = asked.split_once("\r\n\r\n").unwrap().1.to_owned();
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            body["client_message_id"].as_str().unwrap().to_owned()
        };
        let busy = "HTTP/1.1 429 Busy\r\nretry-after: 0\r\ncontent-length: 49\r\n\r\n\
                    {\"detail\":\"busy\",\"error_code\":\"RATE_LIMITED\"}    ";
        let (posted, asked) = tokio::join!(client.send_message("chat", "Hi"), async {
            drop(fake.accept().await);
            [fake.answer_http(busy).await, fake.answer_http(busy).await]
        });
        assert_eq!(posted.unwrap_err().code(), Some("RATE_LIMITED"));
        assert_eq!(id(&asked[0]), id(&asked[1]), "under one id");
        // A request that may have been executed is not retried if repeating it would fail.
        let (deleted, ()) = tokio::join!(client.delete_chat("chat", false), async {
            drop(fake.accept().await);
        });
        assert!(matches!(deleted, Err(Error::Transport(_))));
        let (strange, _) = tokio::join!(
            client.get_chat("chat"),
            fake.answer_http("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        );
        assert!(matches!(
            strange,
            Err(Error::UnexpectedResponse { status: 200 })
        ));
    });
}
