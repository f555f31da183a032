//! Closing handshake (RFC 6455, sections 5.5.1 and 7).

use std::time::{Duration, Instant};

use crate::echo_server::{self, CLOSE_REQUEST_TEXT, RawClient, TcpOutcome};
use crate::frame::{CLOSE, PING, ReceivedFrame, TEXT, close_payload, final_frame, fragment};
use crate::frame_cases::{FrameTestCase, closes_with, ends_with, run_cases};

/// Codes that a client may send: protocol, registered, library and application codes.
const VALID_CLOSE_CODES: [u16; 15] = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999,
];
/// Codes that must not be sent: out of range, reserved or unassigned.
const INVALID_CLOSE_CODES: [u16; 14] = [
    0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32_768, 65_535,
];

#[tokio::test]
async fn client_close_frame_is_echoed_with_its_code() {
    let mut cases: Vec<FrameTestCase> = VALID_CLOSE_CODES
        .into_iter()
        .flat_map(|valid| {
            let reasons = [b"".to_vec(), "bye \u{1F44B}".into(), vec![b'*'; 123]];
            reasons.map(|reason| {
                let payload = close_payload(valid, &reason);
                let name = format!("{valid} with {} bytes", reason.len());
                ends_with(name, &[final_frame(CLOSE, &payload)], &[], &payload)
            })
        })
        .collect();
    cases.push(ends_with(
        "without a code",
        &[final_frame(CLOSE, b"")],
        &[],
        b"",
    ));
    run_cases(cases).await;
}

#[tokio::test]
async fn malformed_close_frame_closes_1002() {
    let mut cases: Vec<FrameTestCase> = Vec::new();
    for invalid in INVALID_CLOSE_CODES {
        for reason in [&b""[..], b"reason"] {
            let payload = close_payload(invalid, reason);
            let name = format!("{invalid} with {} bytes", reason.len());
            // The library chooses the reason; only the code matters.
            let answer = close_payload(1002, b"Protocol violation");
            cases.push(ends_with(
                name,
                &[final_frame(CLOSE, &payload)],
                &[],
                &answer,
            ));
        }
    }
    cases.push(closes_with(
        "half a code",
        &[final_frame(CLOSE, b"\x03")],
        &[],
        1002,
    ));
    let long = close_payload(1000, &[b'*'; 124]);
    cases.push(closes_with(
        "too long a reason",
        &[final_frame(CLOSE, &long)],
        &[],
        1002,
    ));
    run_cases(cases).await;
}

#[tokio::test]
async fn frames_after_close_frame_are_ignored() {
    let bye = close_payload(1000, b"");
    let close = final_frame(CLOSE, &bye);
    let text = final_frame(TEXT, b"more");
    let mut flood = vec![close.clone()];
    flood.extend((0..2000).map(|_| final_frame(TEXT, &[b'*'; 125])));
    run_cases(vec![
        ends_with(
            "a text behind it",
            &[close.clone(), text.clone()],
            &[],
            &bye,
        ),
        ends_with(
            "a ping behind it",
            &[close.clone(), final_frame(PING, b"")],
            &[],
            &bye,
        ),
        ends_with(
            "another close behind it",
            &[close.clone(), close.clone()],
            &[],
            &bye,
        ),
        ends_with(
            "a text before it",
            &[text, close.clone()],
            &[ReceivedFrame::new(TEXT, b"more")],
            &bye,
        ),
        ends_with(
            "inside a message",
            &[fragment(TEXT, b"begun"), close],
            &[],
            &bye,
        ),
        ends_with("very much behind it", &flood, &[], &bye),
    ])
    .await;
}

#[tokio::test]
async fn server_close_waits_for_client_close_frame() {
    let server = echo_server::start().await;
    let mut client = RawClient::connect(server).await;
    client
        .send(&final_frame(TEXT, CLOSE_REQUEST_TEXT.as_bytes()))
        .await;
    let closed = ReceivedFrame::new(CLOSE, close_payload(4999, b""));
    assert_eq!(client.next().await, Ok(closed.clone()));
    // Messages already in transit are no error.
    client.send(&final_frame(TEXT, b"under way")).await;
    client
        .send(&final_frame(CLOSE, &close_payload(4999, b"")))
        .await;
    assert_eq!(client.read_to_end().await, (Vec::new(), TcpOutcome::Clean));

    // A client that does not answer is not waited for long.
    let mut client = RawClient::connect(server).await;
    client
        .send(&final_frame(TEXT, CLOSE_REQUEST_TEXT.as_bytes()))
        .await;
    let before = Instant::now();
    assert_eq!(
        client.read_to_end().await,
        (vec![closed], TcpOutcome::Clean)
    );
    let took = before.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[tokio::test]
async fn broken_connection_sends_no_close_frame() {
    let server = echo_server::start().await;
    for sent in [
        Vec::new(),
        fragment(TEXT, b"half"),
        final_frame(TEXT, b"half")[..4].to_vec(),
    ] {
        let mut client = RawClient::connect(server).await;
        client.send(&sent).await;
        tokio::io::AsyncWriteExt::shutdown(&mut client.stream)
            .await
            .unwrap();
        assert_eq!(client.read_to_end().await, (Vec::new(), TcpOutcome::Clean));
    }
}
