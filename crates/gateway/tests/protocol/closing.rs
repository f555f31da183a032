//! The closing handshake. RFC 6455, sections 5.5.1 and 7.

use std::time::{Duration, Instant};

use crate::echo::{self, Client, End, LEAVE};
use crate::frame::{CLOSE, Got, PING, TEXT, code, part, whole};
use crate::table::{Case, ends, fails, hold};

/// Codes that a client may send: of the protocol, registered, of libraries, of applications.
const VALID: [u16; 15] = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999,
];
/// Codes that stand in no frame: out of range, never sent, or not given to anybody.
const INVALID: [u16; 14] = [
    0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32_768, 65_535,
];

#[tokio::test]
async fn a_clients_close_frame_is_answered_with_its_code() {
    let mut cases: Vec<Case> = VALID
        .into_iter()
        .flat_map(|valid| {
            let reasons = [b"".to_vec(), "bye \u{1F44B}".into(), vec![b'*'; 123]];
            reasons.map(|reason| {
                let payload = code(valid, &reason);
                let name = format!("{valid} with {} bytes", reason.len());
                ends(name, &[whole(CLOSE, &payload)], &[], &payload)
            })
        })
        .collect();
    cases.push(ends("without a code", &[whole(CLOSE, b"")], &[], b""));
    hold(cases).await;
}

#[tokio::test]
async fn close_frames_that_make_no_sense_are_1002() {
    let mut cases: Vec<Case> = Vec::new();
    for invalid in INVALID {
        for reason in [&b""[..], b"reason"] {
            let payload = code(invalid, reason);
            let name = format!("{invalid} with {} bytes", reason.len());
            // The library says why; what counts is the code.
            let answer = code(1002, b"Protocol violation");
            cases.push(ends(name, &[whole(CLOSE, &payload)], &[], &answer));
        }
    }
    cases.push(fails("half a code", &[whole(CLOSE, b"\x03")], &[], 1002));
    let long = code(1000, &[b'*'; 124]);
    cases.push(fails(
        "too long a reason",
        &[whole(CLOSE, &long)],
        &[],
        1002,
    ));
    hold(cases).await;
}

#[tokio::test]
async fn nothing_is_heard_behind_a_close_frame() {
    let bye = code(1000, b"");
    let close = whole(CLOSE, &bye);
    let text = whole(TEXT, b"more");
    let mut flood = vec![close.clone()];
    flood.extend((0..2000).map(|_| whole(TEXT, &[b'*'; 125])));
    hold(vec![
        ends(
            "a text behind it",
            &[close.clone(), text.clone()],
            &[],
            &bye,
        ),
        ends(
            "a ping behind it",
            &[close.clone(), whole(PING, b"")],
            &[],
            &bye,
        ),
        ends(
            "another close behind it",
            &[close.clone(), close.clone()],
            &[],
            &bye,
        ),
        ends(
            "a text before it",
            &[text, close.clone()],
            &[Got::new(TEXT, b"more")],
            &bye,
        ),
        ends(
            "inside a message",
            &[part(TEXT, b"begun"), close],
            &[],
            &bye,
        ),
        ends("very much behind it", &flood, &[], &bye),
    ])
    .await;
}

#[tokio::test]
async fn the_server_closes_first_and_waits_for_the_answer() {
    let server = echo::start().await;
    let mut client = Client::open(server).await;
    client.send(&whole(TEXT, LEAVE.as_bytes())).await;
    let closed = Got::new(CLOSE, code(4999, b""));
    assert_eq!(client.next().await, Ok(closed.clone()));
    // What was under way is no mistake.
    client.send(&whole(TEXT, b"under way")).await;
    client.send(&whole(CLOSE, &code(4999, b""))).await;
    assert_eq!(client.rest().await, (Vec::new(), End::Well));

    // One that does not answer is not waited for long.
    let mut client = Client::open(server).await;
    client.send(&whole(TEXT, LEAVE.as_bytes())).await;
    let before = Instant::now();
    assert_eq!(client.rest().await, (vec![closed], End::Well));
    let took = before.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_reason_to_say_anything() {
    let server = echo::start().await;
    for sent in [
        Vec::new(),
        part(TEXT, b"half"),
        whole(TEXT, b"half")[..4].to_vec(),
    ] {
        let mut client = Client::open(server).await;
        client.send(&sent).await;
        tokio::io::AsyncWriteExt::shutdown(&mut client.stream)
            .await
            .unwrap();
        assert_eq!(client.rest().await, (Vec::new(), End::Well));
    }
}
