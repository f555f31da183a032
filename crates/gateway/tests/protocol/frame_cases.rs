//! Table-driven frame tests: bytes sent and frames expected.

use tokio::io::AsyncWriteExt;

use crate::echo_server::{self, RawClient, TcpOutcome};
use crate::frame::{CLOSE, ReceivedFrame, close_payload, final_frame};

/// Longest input that is also sent byte by byte.
const MAX_BYTEWISE_BYTES: usize = 600;
/// Size of pieces; divides no input evenly.
const PIECE_BYTES: usize = 997;

/// One test case.
pub(crate) struct FrameTestCase {
    name: String,
    send: Vec<u8>,
    /// All frames received, including the close frame.
    expect: Vec<ReceivedFrame>,
}

/// Expects the connection to stay open; the client closes it with 1000.
pub(crate) fn stays_open(
    name: impl Into<String>,
    send: &[Vec<u8>],
    expect: &[ReceivedFrame],
) -> FrameTestCase {
    let bye = close_payload(1000, b"done");
    FrameTestCase {
        name: name.into(),
        send: [send.concat(), final_frame(CLOSE, &bye)].concat(),
        expect: [expect, &[ReceivedFrame::new(CLOSE, bye)]].concat(),
    }
}

/// Expects some frames and then a close frame with a code.
pub(crate) fn closes_with(
    name: impl Into<String>,
    send: &[Vec<u8>],
    expect: &[ReceivedFrame],
    with: u16,
) -> FrameTestCase {
    ends_with(name, send, expect, &close_payload(with, b""))
}

/// Expects the connection to end with a close frame of this payload.
pub(crate) fn ends_with(
    name: impl Into<String>,
    send: &[Vec<u8>],
    expect: &[ReceivedFrame],
    payload: &[u8],
) -> FrameTestCase {
    FrameTestCase {
        name: name.into(),
        send: send.concat(),
        expect: [expect, &[ReceivedFrame::new(CLOSE, payload)]].concat(),
    }
}

/// Runs every case against a server: sent at once, in pieces, and byte by byte.
pub(crate) async fn run_cases(cases: Vec<FrameTestCase>) {
    let server = echo_server::start().await;
    let mut faults = Vec::new();
    for case in cases {
        for size in [usize::MAX, PIECE_BYTES, 1] {
            if size == 1 && case.send.len() > MAX_BYTEWISE_BYTES {
                continue;
            }
            let mut client = RawClient::connect(server).await;
            for piece in case.send.chunks(size.min(case.send.len())) {
                // A server that has failed the connection need not read the rest.
                if client.stream.write_all(piece).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            let (got, end) = client.read_to_end().await;
            if got != case.expect || end != TcpOutcome::Clean {
                let (name, expect) = (&case.name, summarize(&case.expect));
                let got = summarize(&got);
                faults.push(format!(
                    "{name}, {size} at a time: {got} and {end:?}, not {expect}"
                ));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn summarize(frames: &[ReceivedFrame]) -> String {
    let describe = |got: &ReceivedFrame| {
        let start = &got.payload[..got.payload.len().min(8)];
        format!("{:X}:{}:{start:02x?}", got.opcode, got.payload.len())
    };
    frames.iter().map(describe).collect::<Vec<_>>().join(" ")
}
