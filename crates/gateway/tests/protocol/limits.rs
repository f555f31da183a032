//! What is too large, and clients that do not read.

use std::time::Duration;

use tokio::io::AsyncWriteExt;

use crate::echo::{self, Client, LIMIT};
use crate::frame::{BINARY, CONTINUATION, Got, PING, TEXT, part, whole};
use crate::table::{fails, hold, stays};

/// A client's pings that may be on their way: what the system holds for two connections, and much more.
const UNDER_WAY: usize = 64 << 20;

#[tokio::test]
async fn a_message_that_is_too_large_is_1009_and_the_client_sees_it() {
    let half = vec![b'*'; LIMIT / 2];
    let fits = [part(TEXT, &half), whole(CONTINUATION, &half)];
    let parts = [
        part(TEXT, &half),
        part(CONTINUATION, &half),
        part(CONTINUATION, b"*"),
    ];
    let large = whole(BINARY, &vec![0; LIMIT + 1]);
    // All of it is on its way before the first answer is read.
    let huge = whole(BINARY, &vec![0; 20 * LIMIT]);
    hold(vec![
        stays(
            "at the limit in two parts",
            &fits,
            &[Got::new(TEXT, vec![b'*'; LIMIT])],
        ),
        fails("beyond it in parts", &parts, &[], 1009),
        fails("beyond it in one frame", &[large], &[], 1009),
        fails("far beyond it", &[huge], &[], 1009),
    ])
    .await;
}

#[tokio::test]
async fn who_takes_no_pongs_is_asked_for_no_more_pings() {
    let server = echo::start().await;
    let mut client = Client::open(server).await;
    let pings = whole(PING, &[7; 125]).repeat(1000);
    let mut sent = 0;
    while sent < UNDER_WAY {
        let sending = client.stream.write_all(&pings);
        match tokio::time::timeout(Duration::from_millis(500), sending).await {
            Ok(written) => written.unwrap(),
            Err(_) => return,
        }
        sent += pings.len();
    }
    panic!("the server keeps {sent} bytes of pings");
}
