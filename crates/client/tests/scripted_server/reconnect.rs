//! Reconnects and resumption.

use parlor_client::{ChatEvent, ConnectionError, ResumeOutcome};
use parlor_testkit::backend::block_on;

use crate::fake_server::{FakeServer, within_timeout};
use crate::seqs;

#[test]
fn transient_close_codes_resume() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (_sender, mut events, mut connection) = fake.open_socket(4).await;
        let mut seq = 4;
        for (code, error_code) in [
            (1001, "SERVER_SHUTDOWN"),
            (4408, "SLOW_CONSUMER"),
            (4429, "RATE_LIMITED"),
            (4500, "INTERNAL_ERROR"),
            (1011, "SOMETHING_NEW"),
            (0, ""),
        ] {
            seq += 1;
            connection.send_entry(seq).await;
            assert_eq!(within_timeout(events.next_entry()).await.unwrap().seq, seq);
            let lost = if code == 0 {
                drop(connection);
                ConnectionError::Interrupted
            } else {
                connection.close_with(code, error_code).await;
                let error_code = Some(error_code.to_owned());
                ConnectionError::Server { code, error_code }
            };
            assert_eq!(
                within_timeout(events.next()).await,
                Some(ChatEvent::Disconnected(lost))
            );
            connection = fake.accept_socket().await;
            let expected_query = format!("v=2&chat_id=chat&user_id=ada&last_seq={seq}&epoch=e1");
            assert_eq!(connection.query, expected_query, "{error_code}");
            connection.establish(seq, true).await;
            let Some(ChatEvent::Connected(connected)) = within_timeout(events.next()).await else {
                panic!("it is back")
            };
            assert_eq!(
                (connected.resume, connected.after_seq),
                (ResumeOutcome::Resumed, seq)
            );
        }
    });
}

#[test]
fn duplicate_entry_is_skipped_and_gap_reconnects() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (_sender, mut events, mut connection) = fake.open_socket(4).await;
        let mut entries = Vec::new();
        for seq in [5, 5, 4, 6, 8] {
            connection.send_entry(seq).await;
        }
        for _ in 0..2 {
            entries.push(within_timeout(events.next_entry()).await.unwrap());
        }
        assert_eq!(
            within_timeout(events.next()).await,
            Some(ChatEvent::Disconnected(ConnectionError::SequenceGap))
        );
        assert_eq!(connection.recv().await, None, "it left");
        let mut connection = fake.accept_socket().await;
        assert!(
            connection.query.ends_with("&last_seq=6&epoch=e1"),
            "{}",
            connection.query
        );
        connection.establish(8, true).await;
        for seq in [7, 8] {
            connection.send_entry(seq).await;
            entries.push(within_timeout(events.next_entry()).await.unwrap());
        }
        assert_eq!(seqs(&entries), [5, 6, 7, 8]);
        let position = events.position().unwrap();
        assert_eq!((position.seq, position.epoch.as_str()), (8, "e1"));
    });
}

#[test]
fn other_epoch_resets_position() {
    block_on(async {
        let fake = FakeServer::start().await;
        let (_sender, mut events, connection) = fake.open_socket(4).await;
        drop(connection);
        within_timeout(events.next()).await.unwrap();
        let mut connection = fake.accept_socket().await;
        connection.establish_with_epoch("e2", 2, false).await;
        let Some(ChatEvent::Connected(connected)) = within_timeout(events.next()).await else {
            panic!("it is back")
        };
        assert_eq!(
            (connected.resume, connected.after_seq),
            (ResumeOutcome::Reset, 2)
        );
        connection.send_entry(3).await;
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
        let mut connection = fake.accept_socket().await;
        connection.send_established("e1", 4, false, 100).await;
        within_timeout(events.next()).await.unwrap();
        assert_eq!(
            within_timeout(events.next()).await,
            Some(ChatEvent::Disconnected(ConnectionError::IdleTimeout))
        );
        fake.accept_socket().await;
    });
}
