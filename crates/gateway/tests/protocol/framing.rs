//! Lengths, pings, reserved bits, opcodes and masks of frames (RFC 6455, section 5).

use crate::echo_server::MAX_MESSAGE_BYTES;
use crate::frame::{
    BINARY, CLOSE, FIN, PING, PONG, ReceivedFrame, TEXT, close_payload, final_frame, frame_header,
    masked_frame, unmasked_frame,
};
use crate::frame_cases::{FrameTestCase, closes_with, run_cases, stays_open};

#[tokio::test]
async fn messages_of_every_length_are_echoed() {
    let mut cases = Vec::new();
    for length in [0, 1, 125, 126, 127, 128, 65_535, 65_536, MAX_MESSAGE_BYTES] {
        let (text, bytes) = (vec![b'*'; length], vec![0xFE; length]);
        for (opcode, payload) in [(TEXT, text), (BINARY, bytes)] {
            let name = format!("opcode {opcode}, {length} bytes");
            let send = [final_frame(opcode, &payload)];
            cases.push(stays_open(
                name,
                &send,
                &[ReceivedFrame::new(opcode, payload)],
            ));
        }
    }
    run_cases(cases).await;
}

#[tokio::test]
async fn ping_yields_pong_and_pong_yields_nothing() {
    let max_payload = [0xFE; 125];
    let mut cases: Vec<FrameTestCase> = [&b""[..], b"Hello", &[0, 0xFF, 0xFE, 0xC0], &max_payload]
        .into_iter()
        .map(|payload| {
            let name = format!("a ping of {} bytes", payload.len());
            stays_open(
                name,
                &[final_frame(PING, payload)],
                &[ReceivedFrame::new(PONG, payload)],
            )
        })
        .collect();
    let ten: Vec<_> = (0..10).map(|n| format!("ping {n}")).collect();
    let send: Vec<_> = ten
        .iter()
        .map(|text| final_frame(PING, text.as_bytes()))
        .collect();
    let expect: Vec<_> = ten
        .iter()
        .map(|text| ReceivedFrame::new(PONG, text))
        .collect();
    cases.push(stays_open("ten pings", &send, &expect));
    cases.push(stays_open("a pong", &[final_frame(PONG, b"")], &[]));
    cases.push(stays_open(
        "a pong of some bytes",
        &[final_frame(PONG, b"unasked")],
        &[],
    ));
    let send = [final_frame(PONG, b"unasked"), final_frame(PING, b"asked")];
    cases.push(stays_open(
        "a pong and a ping",
        &send,
        &[ReceivedFrame::new(PONG, b"asked")],
    ));
    for opcode in [PING, PONG] {
        let name = format!("opcode {opcode} of 126 bytes");
        cases.push(closes_with(
            name,
            &[final_frame(opcode, &[0xFE; 126])],
            &[],
            1002,
        ));
    }
    run_cases(cases).await;
}

#[tokio::test]
async fn reserved_bits_opcodes_and_unmasked_frames_close_1002() {
    let hello = || {
        (
            final_frame(TEXT, b"Hello"),
            ReceivedFrame::new(TEXT, b"Hello"),
        )
    };
    let mut cases = Vec::new();
    for bits in 1..=7 {
        for (opcode, payload) in [(TEXT, &b"reserved"[..]), (BINARY, b"\x00"), (PING, b"ping")] {
            let bad = masked_frame(FIN | bits << 4 | opcode, payload);
            let name = format!("reserved bits {bits}, opcode {opcode}");
            let (before, echoed) = hello();
            cases.push(closes_with(
                name,
                &[before, bad, hello().0],
                &[echoed],
                1002,
            ));
        }
        let bad = masked_frame(FIN | bits << 4 | CLOSE, &close_payload(1000, b""));
        cases.push(closes_with(
            format!("reserved bits {bits}, close"),
            &[bad],
            &[],
            1002,
        ));
    }
    for opcode in (0x3..=0x7).chain(0xB..=0xF) {
        for payload in [&b""[..], b"unknown"] {
            let name = format!("opcode {opcode} of {} bytes", payload.len());
            let (before, echoed) = hello();
            let send = [before, final_frame(opcode, payload), final_frame(PING, b"")];
            cases.push(closes_with(name, &send, &[echoed], 1002));
        }
    }
    for (opcode, payload) in [
        (TEXT, &b"bare"[..]),
        (BINARY, b""),
        (PING, b""),
        (CLOSE, b""),
    ] {
        let name = format!("opcode {opcode} without a mask");
        cases.push(closes_with(
            name,
            &[unmasked_frame(FIN | opcode, payload)],
            &[],
            1002,
        ));
    }
    run_cases(cases).await;
}

#[tokio::test]
async fn excessive_frame_length_closes_1009() {
    let lengths = [
        MAX_MESSAGE_BYTES as u64 + 1,
        u64::from(u32::MAX) + 1,
        i64::MAX as u64,
    ];
    let cases = lengths.map(|length| {
        let name = format!("a head that speaks of {length} bytes");
        closes_with(name, &[frame_header(FIN | BINARY, length, true)], &[], 1009)
    });
    run_cases(cases.into()).await;
}
