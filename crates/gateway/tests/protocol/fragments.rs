//! Fragmented messages (RFC 6455, section 5.4).

use crate::frame::{
    BINARY, CLOSE, CONTINUATION, PING, PONG, ReceivedFrame, TEXT, close_payload, final_frame,
    fragment,
};
use crate::frame_cases::{FrameTestCase, closes_with, run_cases, stays_open};

#[tokio::test]
async fn fragments_are_reassembled() {
    let whole_text = ReceivedFrame::new(TEXT, b"fragment1fragment2");
    let (one, two) = (
        fragment(TEXT, b"fragment1"),
        final_frame(CONTINUATION, b"fragment2"),
    );
    let pong = ReceivedFrame::new(PONG, b"between");
    let ping = final_frame(PING, b"between");
    let bytes = [
        fragment(BINARY, b"\xFF\x00"),
        fragment(CONTINUATION, b"\xFE"),
        final_frame(CONTINUATION, b"\x01"),
    ];
    let mut many = vec![fragment(TEXT, b"")];
    many.extend((0..500).map(|_| fragment(CONTINUATION, b"x")));
    many.push(final_frame(CONTINUATION, b""));
    let twice = [one.clone(), two.clone(), one.clone(), two.clone()];
    run_cases(vec![
        stays_open(
            "two parts",
            &[one.clone(), two.clone()],
            std::slice::from_ref(&whole_text),
        ),
        stays_open(
            "twice two parts",
            &twice,
            &[whole_text.clone(), whole_text.clone()],
        ),
        stays_open(
            "a ping between",
            &[one.clone(), ping.clone(), two.clone()],
            &[pong.clone(), whole_text.clone()],
        ),
        stays_open(
            "pings and pongs everywhere",
            &[
                ping.clone(),
                one.clone(),
                final_frame(PONG, b""),
                ping.clone(),
                two,
                ping,
            ],
            &[pong.clone(), pong.clone(), whole_text, pong],
        ),
        stays_open(
            "three parts of bytes",
            &bytes,
            &[ReceivedFrame::new(BINARY, b"\xFF\x00\xFE\x01")],
        ),
        stays_open(
            "many parts, some of nothing",
            &many,
            &[ReceivedFrame::new(TEXT, [b'x'; 500])],
        ),
        stays_open(
            "nothing in three parts",
            &[
                fragment(TEXT, b""),
                fragment(CONTINUATION, b""),
                final_frame(CONTINUATION, b""),
            ],
            &[ReceivedFrame::new(TEXT, b"")],
        ),
    ])
    .await;
}

#[tokio::test]
async fn orphan_continuation_closes_1002() {
    let mut cases: Vec<FrameTestCase> = Vec::new();
    for (name, opcode) in [("ping", PING), ("pong", PONG), ("close", CLOSE)] {
        let payload = if opcode == CLOSE {
            close_payload(1000, b"")
        } else {
            b"half".to_vec()
        };
        let send = [
            fragment(opcode, &payload),
            final_frame(CONTINUATION, b"half"),
        ];
        cases.push(closes_with(format!("half a {name}"), &send, &[], 1002));
    }
    for last in [
        final_frame(CONTINUATION, b"lost"),
        fragment(CONTINUATION, b"lost"),
    ] {
        let send = [last.clone(), final_frame(TEXT, b"Hello")];
        cases.push(closes_with("a continuation of nothing", &send, &[], 1002));
        let send = [fragment(TEXT, b"a"), final_frame(CONTINUATION, b"b"), last];
        let expect = [ReceivedFrame::new(TEXT, b"ab")];
        cases.push(closes_with(
            "a continuation of what is over",
            &send,
            &expect,
            1002,
        ));
    }
    for opcode in [TEXT, BINARY] {
        for next in [final_frame(opcode, b"other"), fragment(opcode, b"other")] {
            let send = [fragment(TEXT, b"begun"), next];
            cases.push(closes_with(
                format!("opcode {opcode} before the end"),
                &send,
                &[],
                1002,
            ));
        }
    }
    run_cases(cases).await;
}
