//! Streams that last, that nobody reads, or that meet the end of the server.

use std::time::Duration;

use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, both};

use crate::events::TestChat;

/// As many long messages as no network holds back for its reader.
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

async fn send_many(scene: &TestChat) {
    let text = "x".repeat(10_000);
    for n in 0..MESSAGE_COUNT {
        scene.send_message(&scene.u, &format!("{n} {text}")).await;
    }
}

#[test]
fn a_stream_on_which_nothing_is_said_says_that_it_is_there() {
    let quick = |pace: &mut parlor_gateway::ConnectionTimeouts| {
        pace.reauthorize_interval = Duration::from_millis(50);
        pace.ping_interval = Duration::from_millis(100);
    };
    with_timeouts(quick, async |scene| {
        let (mut events, _) = scene.open_stream(&scene.u).await;
        for _ in 0..3 {
            events.expect_keep_alive().await;
        }
        scene.send_message(&scene.u, "something").await;
        assert_eq!(events.next().await.data["content"], "something");
        events.expect_keep_alive().await;
    });
}

#[test]
fn who_takes_nothing_is_cut_off_and_misses_nothing() {
    let short = |pace: &mut parlor_gateway::ConnectionTimeouts| {
        pace.write_timeout = Duration::from_millis(300);
    };
    with_timeouts(short, async |scene| {
        let (mut slow, _) = scene.open_stream(&scene.u).await;
        let (mut quick, _) = scene.open_stream(&scene.u).await;
        let reading = async {
            for n in 0..MESSAGE_COUNT {
                let said = quick.next().await;
                assert!(
                    said.data["content"]
                        .as_str()
                        .unwrap()
                        .starts_with(&format!("{n} "))
                );
            }
        };
        tokio::join!(reading, send_many(&scene));
        // What was on its way is still there to be read; then the connection breaks off.
        let (mut heard, mut last) = (0, None);
        while let Some(said) = slow.try_next().await {
            heard += 1;
            last = Some(said.id);
        }
        assert!(heard < MESSAGE_COUNT, "it was not cut off");
        let (mut again, _) = scene.resume_stream(&scene.u, &last.unwrap()).await;
        for n in heard..MESSAGE_COUNT {
            let said = again.next().await;
            assert!(
                said.data["content"]
                    .as_str()
                    .unwrap()
                    .starts_with(&format!("{n} "))
            );
        }
    });
}

both! {
    async fn who_reads_slowly_gets_everything(server: TestServer) {
        let scene = TestChat::new(server).await;
        let (mut slow, _) = scene.open_stream(&scene.u).await;
        send_many(&scene).await;
        for n in 0..MESSAGE_COUNT {
            let said = slow.next().await;
            assert!(said.data["content"].as_str().unwrap().starts_with(&format!("{n} ")));
        }
        scene.send_message(&scene.u, "live again").await;
        assert_eq!(slow.next().await.data["content"], "live again");
    }

    async fn the_end_of_the_server_is_said_and_waits_for_no_stream(server: TestServer) {
        let mut scene = TestChat::new(server).await;
        let (mut events, first) = scene.open_stream(&scene.u).await;
        scene.server.stop().await;
        assert!(!scene.server.logs().contains("at the stop"), "a stream held the server up");
        let last = events.next().await;
        assert_eq!((last.name.as_str(), last.data["code"].as_str()), ("stream:ended", Some("unavailable")));
        assert_eq!(events.try_next().await, None);
        scene.server.restart().await;
        scene.send_message(&scene.u, "meanwhile").await;
        let (mut events, again) = scene.resume_stream(&scene.u, &first.id).await;
        assert_eq!(again.data["resumed"], true);
        assert_eq!(events.next().await.data["content"], "meanwhile");
    }
}
