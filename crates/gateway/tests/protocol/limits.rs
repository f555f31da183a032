//! Size limits, and clients that do not read.

use std::time::Duration;

use tokio::io::AsyncWriteExt;

use crate::echo_server::{self, MAX_MESSAGE_BYTES, RawClient};
use crate::frame::{BINARY, CONTINUATION, PING, ReceivedFrame, TEXT, final_frame, fragment};
use crate::frame_cases::{closes_with, run_cases, stays_open};

/// Bytes of pings that exceed all socket buffers of the system.
const PING_FLOOD_BYTES: usize = 64 << 20;

#[tokio::test]
async fn oversized_message_closes_1009() {
    let half = vec![b'*'; MAX_MESSAGE_BYTES / 2];
    let fits = [fragment(TEXT, &half), final_frame(CONTINUATION, &half)];
    let parts = [
        fragment(TEXT, &half),
        fragment(CONTINUATION, &half),
        fragment(CONTINUATION, b"*"),
    ];
    let large = final_frame(BINARY, &vec![0; MAX_MESSAGE_BYTES + 1]);
    // Sent in full before the first answer is read.
    let huge = final_frame(BINARY, &vec![0; 20 * MAX_MESSAGE_BYTES]);
    run_cases(vec![
        stays_open(
            "at the limit in two parts",
            &fits,
            &[ReceivedFrame::new(TEXT, vec![b'*'; MAX_MESSAGE_BYTES])],
        ),
        closes_with("beyond it in parts", &parts, &[], 1009),
        closes_with("beyond it in one frame", &[large], &[], 1009),
        closes_with("far beyond it", &[huge], &[], 1009),
    ])
    .await;
}

#[tokio::test]
async fn client_not_reading_pongs_is_not_read_further() {
    let server = echo_server::start().await;
    let mut client = RawClient::connect(server).await;
    let pings = final_frame(PING, &[7; 125]).repeat(1000);
    let mut sent = 0;
    while sent < PING_FLOOD_BYTES {
        let sending = client.stream.write_all(&pings);
        match tokio::time::timeout(Duration::from_millis(500), sending).await {
            Ok(written) => written.unwrap(),
            Err(_) => return,
        }
        sent += pings.len();
    }
    panic!("the server keeps {sent} bytes of pings");
}
