//! What is sent, and what must come of it.

use tokio::io::AsyncWriteExt;

use crate::echo::{self, Client, End};
use crate::frame::{CLOSE, Got, code, whole};

/// Whatever is longer is not sent byte by byte.
const SHORT: usize = 600;
/// A size of pieces that goes into nothing evenly.
const PIECE: usize = 997;

/// One case.
pub(crate) struct Case {
    name: String,
    send: Vec<u8>,
    /// Everything that comes back, the close frame included.
    expect: Vec<Got>,
}

/// The connection stays; the client then closes it with 1000, and all of that is answered.
pub(crate) fn stays(name: impl Into<String>, send: &[Vec<u8>], expect: &[Got]) -> Case {
    let bye = code(1000, b"done");
    Case {
        name: name.into(),
        send: [send.concat(), whole(CLOSE, &bye)].concat(),
        expect: [expect, &[Got::new(CLOSE, bye)]].concat(),
    }
}

/// The server closes by itself, with a code, after it has answered some of it.
pub(crate) fn fails(name: impl Into<String>, send: &[Vec<u8>], expect: &[Got], with: u16) -> Case {
    ends(name, send, expect, &code(with, b""))
}

/// The connection ends with a close frame of this payload.
pub(crate) fn ends(
    name: impl Into<String>,
    send: &[Vec<u8>],
    expect: &[Got],
    payload: &[u8],
) -> Case {
    Case {
        name: name.into(),
        send: send.concat(),
        expect: [expect, &[Got::new(CLOSE, payload)]].concat(),
    }
}

/// Holds every case against a server: sent at once, in pieces, and byte by byte.
pub(crate) async fn hold(cases: Vec<Case>) {
    let server = echo::start().await;
    let mut faults = Vec::new();
    for case in cases {
        for size in [usize::MAX, PIECE, 1] {
            if size == 1 && case.send.len() > SHORT {
                continue;
            }
            let mut client = Client::open(server).await;
            for piece in case.send.chunks(size.min(case.send.len())) {
                // A server that has failed the connection need not take the rest.
                if client.stream.write_all(piece).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            let (got, end) = client.rest().await;
            if got != case.expect || end != End::Well {
                let (name, expect) = (&case.name, brief(&case.expect));
                let got = brief(&got);
                faults.push(format!(
                    "{name}, {size} at a time: {got} and {end:?}, not {expect}"
                ));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn brief(frames: &[Got]) -> String {
    let one = |got: &Got| {
        let start = &got.payload[..got.payload.len().min(8)];
        format!("{:X}:{}:{start:02x?}", got.opcode, got.payload.len())
    };
    frames.iter().map(one).collect::<Vec<_>>().join(" ")
}
