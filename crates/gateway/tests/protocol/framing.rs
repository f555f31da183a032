//! Frames: lengths, pings, reserved bits, opcodes, masks. RFC 6455, section 5.

use crate::echo::LIMIT;
use crate::frame::{
    BINARY, CLOSE, FIN, Got, PING, PONG, TEXT, code, head, masked, unmasked, whole,
};
use crate::table::{Case, fails, hold, stays};

#[tokio::test]
async fn messages_of_every_length_come_back() {
    let mut cases = Vec::new();
    for length in [0, 1, 125, 126, 127, 128, 65_535, 65_536, LIMIT] {
        let (text, bytes) = (vec![b'*'; length], vec![0xFE; length]);
        for (opcode, payload) in [(TEXT, text), (BINARY, bytes)] {
            let name = format!("opcode {opcode}, {length} bytes");
            let send = [whole(opcode, &payload)];
            cases.push(stays(name, &send, &[Got::new(opcode, payload)]));
        }
    }
    hold(cases).await;
}

#[tokio::test]
async fn pings_are_answered_and_pongs_are_not() {
    let longest = [0xFE; 125];
    let mut cases: Vec<Case> = [&b""[..], b"Hello", &[0, 0xFF, 0xFE, 0xC0], &longest]
        .into_iter()
        .map(|payload| {
            let name = format!("a ping of {} bytes", payload.len());
            stays(name, &[whole(PING, payload)], &[Got::new(PONG, payload)])
        })
        .collect();
    let ten: Vec<_> = (0..10).map(|n| format!("ping {n}")).collect();
    let send: Vec<_> = ten
        .iter()
        .map(|text| whole(PING, text.as_bytes()))
        .collect();
    let expect: Vec<_> = ten.iter().map(|text| Got::new(PONG, text)).collect();
    cases.push(stays("ten pings", &send, &expect));
    cases.push(stays("a pong", &[whole(PONG, b"")], &[]));
    cases.push(stays(
        "a pong of some bytes",
        &[whole(PONG, b"unasked")],
        &[],
    ));
    let send = [whole(PONG, b"unasked"), whole(PING, b"asked")];
    cases.push(stays(
        "a pong and a ping",
        &send,
        &[Got::new(PONG, b"asked")],
    ));
    for opcode in [PING, PONG] {
        let name = format!("opcode {opcode} of 126 bytes");
        cases.push(fails(name, &[whole(opcode, &[0xFE; 126])], &[], 1002));
    }
    hold(cases).await;
}

#[tokio::test]
async fn reserved_bits_opcodes_and_bare_frames_are_errors() {
    let hello = || (whole(TEXT, b"Hello"), Got::new(TEXT, b"Hello"));
    let mut cases = Vec::new();
    for bits in 1..=7 {
        for (opcode, payload) in [(TEXT, &b"reserved"[..]), (BINARY, b"\x00"), (PING, b"ping")] {
            let bad = masked(FIN | bits << 4 | opcode, payload);
            let name = format!("reserved bits {bits}, opcode {opcode}");
            let (before, echoed) = hello();
            cases.push(fails(name, &[before, bad, hello().0], &[echoed], 1002));
        }
        let bad = masked(FIN | bits << 4 | CLOSE, &code(1000, b""));
        cases.push(fails(
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
            let send = [before, whole(opcode, payload), whole(PING, b"")];
            cases.push(fails(name, &send, &[echoed], 1002));
        }
    }
    for (opcode, payload) in [
        (TEXT, &b"bare"[..]),
        (BINARY, b""),
        (PING, b""),
        (CLOSE, b""),
    ] {
        let name = format!("opcode {opcode} without a mask");
        cases.push(fails(name, &[unmasked(FIN | opcode, payload)], &[], 1002));
    }
    hold(cases).await;
}

#[tokio::test]
async fn a_length_beyond_everything_is_too_large() {
    let lengths = [LIMIT as u64 + 1, u64::from(u32::MAX) + 1, i64::MAX as u64];
    let cases = lengths.map(|length| {
        let name = format!("a head that speaks of {length} bytes");
        fails(name, &[head(FIN | BINARY, length, true)], &[], 1009)
    });
    hold(cases.into()).await;
}
