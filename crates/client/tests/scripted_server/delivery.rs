//! Retries and acknowledgements.

use parlor_client::{Backoff, ChatEvent, Error};
use parlor_testkit::backend::block_on;
use parlor_testkit::tokio;
use serde_json::json;

use crate::fake_server::{FakeServer, within_timeout};
use crate::fixture::fast_backoff;
use crate::seqs;

#[test]
fn unacked_message_is_resent_and_delivered_in_order() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (sender, mut events, mut connection) = fake.open_socket(4).await;
        let send = |text: &'static str| {
            let sender = sender.clone();
            tokio::spawn(async move { sender.send(text).await.unwrap() })
        };
        let one = send("one");
        let first = connection.recv().await.unwrap();
        let two = send("two");
        let second = connection.recv().await.unwrap();
        assert_eq!(
            (&first["content"], &second["content"]),
            (&json!("one"), &json!("two"))
        );
        assert_ne!(first["client_message_id"], second["client_message_id"]);
        drop(connection);
        let mut connection = fake.accept_socket().await;
        connection.establish(7, true).await;
        for frame in [&first, &second] {
            assert_eq!(
                connection.recv().await.as_ref(),
                Some(frame),
                "the same, in the same order"
            );
        }
        // The first message was stored before the loss; the second is acknowledged ahead of the replay.
        connection.send_ack(8, &second, false).await;
        assert_eq!(within_timeout(two).await.unwrap().seq, 8);
        for seq in [5, 6, 7] {
            connection.send_entry(seq).await;
        }
        connection.send_ack(6, &first, true).await;
        let receipt = within_timeout(one).await.unwrap();
        assert_eq!((receipt.seq, receipt.duplicate), (6, true));
        let mut entries = Vec::new();
        for _ in 0..4 {
            entries.push(within_timeout(events.next_entry()).await.unwrap());
        }
        assert_eq!(seqs(&entries), [5, 6, 7, 8]);
        assert_eq!(entries[3].message().unwrap().content, "two");
    });
}

#[test]
fn rejected_message_fails_alone() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (sender, mut events, mut connection) = fake.open_socket(4).await;
        let (sent, listed, ()) = within_timeout(async {
            tokio::join!(sender.send("one"), sender.list_history(None, 500), async {
                for _ in 0..2 {
                    let frame = connection.recv().await.unwrap();
                    let error_frame = json!({
                        "event_type": "error", "error_code": "NO", "message": "not so", "fatal": false,
                        "ref": frame["ref"], "client_message_id": frame["client_message_id"],
                    });
                    connection.send_json(&error_frame).await;
                }
            })
        })
        .await;
        assert_eq!(sent.unwrap_err().code(), Some("NO"));
        assert_eq!(listed.unwrap_err().code(), Some("NO"));
        // Invalid frames are skipped, unknown events are passed on.
        for text in [
            "",
            "[]",
            "{\"event_type\":7}",
            "{\"event_type\":\"news\",\"more\":1}",
        ] {
            connection.send_text(text).await;
        }
        let Some(ChatEvent::Unknown { event_type, fields }) = within_timeout(events.next()).await
        else {
            panic!("news are passed on")
        };
        assert_eq!((event_type.as_str(), &fields["more"]), ("news", &json!(1)));
        // A request fails with its connection.
        let (answer, ()) = within_timeout(async {
            tokio::join!(sender.ping(), async {
                connection.recv().await.unwrap();
                drop(connection);
            })
        })
        .await;
        assert!(matches!(answer, Err(Error::ConnectionLost)));
    });
}

#[test]
fn only_idempotent_requests_are_retried() {
    block_on(async {
        let fake = FakeServer::start().await;
        let client = fake.client().backoff(Backoff {
            max_attempts: Some(2),
            ..fast_backoff()
        });
        let id = |request: &str| {
            let body = request.split_once("\r\n\r\n").unwrap().1.to_owned();
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            body["client_message_id"].as_str().unwrap().to_owned()
        };
        let busy = "HTTP/1.1 429 Busy\r\nretry-after: 0\r\ncontent-length: 49\r\n\r\n\
                    {\"detail\":\"busy\",\"error_code\":\"RATE_LIMITED\"}    ";
        let (posted, requests) = tokio::join!(client.send_message("chat", "Hi"), async {
            drop(fake.accept().await);
            [fake.answer_http(busy).await, fake.answer_http(busy).await]
        });
        assert_eq!(posted.unwrap_err().code(), Some("RATE_LIMITED"));
        assert_eq!(id(&requests[0]), id(&requests[1]), "under one id");
        // A request that may have been executed is not retried if repeating it would fail.
        let (deleted, ()) = tokio::join!(client.delete_chat("chat", false), async {
            drop(fake.accept().await);
        });
        assert!(matches!(deleted, Err(Error::Transport(_))));
        let (unexpected, _) = tokio::join!(
            client.get_chat("chat"),
            fake.answer_http("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        );
        assert!(matches!(
            unexpected,
            Err(Error::UnexpectedResponse { status: 200 })
        ));
    });
}
