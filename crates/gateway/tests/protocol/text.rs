//! UTF-8 of text messages (RFC 6455, section 8.1).

use crate::frame::{
    BINARY, CLOSE, CONTINUATION, ReceivedFrame, TEXT, close_payload, final_frame, fragment,
};
use crate::frame_cases::{FrameTestCase, closes_with, run_cases, stays_open};

/// First and last character of every encoded length, and unusual valid characters.
const VALID_CHARS: [&str; 10] = [
    "\u{0}\u{7F}",
    "\u{80}\u{7FF}",
    "\u{800}\u{FFFF}",
    "\u{10000}\u{10FFFF}",
    "\u{D7FF}\u{E000}",
    "\u{FFFE}\u{FFFF}\u{1FFFE}\u{10FFFE}",
    "\u{FEFF}text",
    "\u{FFFD}",
    "κόσμε",
    "Hello-µ@ßöäüàá-UTF-8!! \u{1F600}",
];

/// Invalid sequences: lone continuation, overlong, surrogate, out of range, and bytes that never occur.
const INVALID_UTF8: [&[u8]; 20] = [
    b"\x80",
    b"\xBF",
    b"\x80\xBF\x80",
    b"\xC0\x80",
    b"\xC0\xAF",
    b"\xC1\xBF",
    b"\xE0\x80\xAF",
    b"\xE0\x9F\xBF",
    b"\xF0\x80\x80\xAF",
    b"\xF0\x8F\xBF\xBF",
    b"\xED\xA0\x80",
    b"\xED\xBF\xBF",
    b"\xED\xA0\x80\xED\xB0\x80",
    b"\xF4\x90\x80\x80",
    b"\xF8\x88\x80\x80\x80",
    b"\xFC\x84\x80\x80\x80\x80",
    b"\xFE",
    b"\xFF",
    b"\xC3\x28",
    b"\xE2\x28\xA1",
];

/// Truncated characters.
const INCOMPLETE_UTF8: [&[u8]; 6] = [
    b"\xC3",
    b"\xE2",
    b"\xE2\x82",
    b"\xF0",
    b"\xF0\x9F",
    b"\xF0\x9F\x98",
];

#[tokio::test]
async fn text_split_inside_characters_is_echoed() {
    let mut cases: Vec<FrameTestCase> = Vec::new();
    for text in VALID_CHARS {
        let bytes = text.as_bytes();
        let echoed = [ReceivedFrame::new(TEXT, bytes)];
        cases.push(stays_open(
            format!("{text:?}"),
            &[final_frame(TEXT, bytes)],
            &echoed,
        ));
        for cut in 1..bytes.len() {
            let (one, two) = bytes.split_at(cut);
            let send = [fragment(TEXT, one), final_frame(CONTINUATION, two)];
            cases.push(stays_open(format!("{text:?} cut at {cut}"), &send, &echoed));
        }
        let mut single: Vec<_> = vec![fragment(TEXT, b"")];
        single.extend(bytes.iter().map(|byte| fragment(CONTINUATION, &[*byte])));
        single.push(final_frame(CONTINUATION, b""));
        cases.push(stays_open(format!("{text:?} in bytes"), &single, &echoed));
    }
    run_cases(cases).await;
}

#[tokio::test]
async fn invalid_utf8_closes_1007() {
    let mut cases: Vec<FrameTestCase> = Vec::new();
    for bytes in INVALID_UTF8.iter().chain(&INCOMPLETE_UTF8) {
        let name = format!("{bytes:02x?}");
        let inside = [b"before ", *bytes, b"\x20after"].concat();
        cases.push(closes_with(&name, &[final_frame(TEXT, &inside)], &[], 1007));
        let at_end = [b"before ", *bytes].concat();
        cases.push(closes_with(&name, &[final_frame(TEXT, &at_end)], &[], 1007));
        let send = [fragment(TEXT, &at_end), final_frame(CONTINUATION, b"")];
        cases.push(closes_with(
            format!("{name} in two parts"),
            &send,
            &[],
            1007,
        ));
        let reason = close_payload(1000, bytes);
        cases.push(closes_with(
            format!("{name} as a reason"),
            &[final_frame(CLOSE, &reason)],
            &[],
            1007,
        ));
        let echoed = [ReceivedFrame::new(BINARY, bytes)];
        cases.push(stays_open(
            format!("{name} as bytes"),
            &[final_frame(BINARY, bytes)],
            &echoed,
        ));
    }
    run_cases(cases).await;
}

#[tokio::test]
async fn invalid_utf8_closes_before_message_end() {
    let mut cases: Vec<FrameTestCase> = Vec::new();
    for bytes in INVALID_UTF8 {
        let inside = [b"before ", bytes, b"\x20"].concat();
        cases.push(closes_with(
            format!("{bytes:02x?}"),
            &[fragment(TEXT, &inside)],
            &[],
            1007,
        ));
        // Cut inside the sequence: the second part makes it invalid.
        if bytes.len() > 1 {
            let (one, two) = bytes.split_at(1);
            let send = [
                fragment(TEXT, one),
                fragment(CONTINUATION, &[two, b"\x20"].concat()),
            ];
            cases.push(closes_with(format!("{bytes:02x?} cut"), &send, &[], 1007));
        }
    }
    run_cases(cases).await;
}
