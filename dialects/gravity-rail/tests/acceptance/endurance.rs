//! Idle streams, streams that are not read, and streams at shutdown.

use std::time::Duration;

use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, both};

use crate::test_chat::TestChat;

/// More messages than network buffers hold.
const MESSAGE_COUNT: usize = 1_500;

fn with_timeouts(
    change: impl FnOnce(&mut parlor_gateway::ConnectionTimeouts),
    body: impl AsyncFnOnce(TestChat),
) {
    block_on(async {
        let server =
            TestServer::start_with(TestBackend::Sqlite, |options| change(&mut options.timeouts))
                .await;
        body(TestChat::new(server).await).await;
    });
}

async fn send_many(setup: &TestChat) {
    let text = "x".repeat(10_000);
    for n in 0..MESSAGE_COUNT {
        setup.send_message(&setup.u, &format!("{n} {text}")).await;
    }
}

#[test]
fn idle_stream_sends_keep_alives() {
    let quick = |pace: &mut parlor_gateway::ConnectionTimeouts| {
        pace.reauthorize_interval = Duration::from_millis(50);
        pace.ping_interval = Duration::from_millis(100);
    };
    with_timeouts(quick, async |setup| {
        let (mut events, _) = setup.open_stream(&setup.u).await;
        for _ in 0..3 {
            events.expect_keep_alive().await;
        }
        setup.send_message(&setup.u, "something").await;
        assert_eq!(events.next().await.data["content"], "something");
        events.expect_keep_alive().await;
    });
}

#[test]
fn stalled_reader_is_disconnected_and_resumes_without_loss() {
    let short = |pace: &mut parlor_gateway::ConnectionTimeouts| {
        pace.write_timeout = Duration::from_millis(300);
    };
    with_timeouts(short, async |setup| {
        let (mut slow, _) = setup.open_stream(&setup.u).await;
        let (mut quick, _) = setup.open_stream(&setup.u).await;
        let reading = async {
            for n in 0..MESSAGE_COUNT {
                let sent = quick.next().await;
                assert!(
                    sent.data["content"]
                        .as_str()
                        .unwrap()
                        .starts_with(&format!("{n} "))
                );
            }
        };
        tokio::join!(reading, send_many(&setup));
        // Data sent before can still be read; then the connection ends.
        let (mut event, mut last) = (0, None);
        while let Some(sent) = slow.try_next().await {
            event += 1;
            last = Some(sent.id);
        }
        assert!(event < MESSAGE_COUNT, "it was not cut off");
        let (mut again, _) = setup.resume_stream(&setup.u, &last.unwrap()).await;
        for n in event..MESSAGE_COUNT {
            let sent = again.next().await;
            assert!(
                sent.data["content"]
                    .as_str()
                    .unwrap()
                    .starts_with(&format!("{n} "))
            );
        }
    });
}

both! {
    async fn slow_reader_receives_all_events(server: TestServer) {
        let setup = TestChat::new(server).await;
        let (mut slow, _) = setup.open_stream(&setup.u).await;
        send_many(&setup).await;
        for n in 0..MESSAGE_COUNT {
            let sent = slow.next().await;
            assert!(sent.data["content"].as_str().unwrap().starts_with(&format!("{n} ")));
        }
        setup.send_message(&setup.u, "live again").await;
        assert_eq!(slow.next().await.data["content"], "live again");
    }

    async fn shutdown_ends_streams_with_an_event(server: TestServer) {
        let mut setup = TestChat::new(server).await;
        let (mut events, first) = setup.open_stream(&setup.u).await;
        setup.server.stop().await;
        assert!(!setup.server.logs().contains("at the stop"), "a stream held the server up");
        let last = events.next().await;
        assert_eq!((last.name.as_str(), last.data["code"].as_str()), ("stream:ended", Some("unavailable")));
        assert_eq!(events.try_next().await, None);
        setup.server.restart().await;
        setup.send_message(&setup.u, "meanwhile").await;
        let (mut events, again) = setup.resume_stream(&setup.u, &first.id).await;
        assert_eq!(again.data["resumed"], true);
        assert_eq!(events.next().await.data["content"], "meanwhile");
    }
}
