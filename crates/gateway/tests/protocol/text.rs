//! Texts are UTF-8. RFC 6455, section 8.1.

use crate::frame::{BINARY, CLOSE, CONTINUATION, Got, TEXT, code, part, whole};
use crate::table::{Case, fails, hold, stays};

/// The first and the last character of every length, and such as look suspicious but are characters.
const VALID: [&str; 10] = [
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

/// What no decoder may take: lone, overlong, surrogates, too high, and bytes that never occur.
const INVALID: [&[u8]; 20] = [
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

/// Characters without their end.
const INCOMPLETE: [&[u8]; 6] = [
    b"\xC3",
    b"\xE2",
    b"\xE2\x82",
    b"\xF0",
    b"\xF0\x9F",
    b"\xF0\x9F\x98",
];

#[tokio::test]
async fn every_character_comes_back_wherever_a_text_is_cut() {
    let mut cases: Vec<Case> = Vec::new();
    for text in VALID {
        let bytes = text.as_bytes();
        let echoed = [Got::new(TEXT, bytes)];
        cases.push(stays(format!("{text:?}"), &[whole(TEXT, bytes)], &echoed));
        for cut in 1..bytes.len() {
            let (one, two) = bytes.split_at(cut);
            let send = [part(TEXT, one), whole(CONTINUATION, two)];
            cases.push(stays(format!("{text:?} cut at {cut}"), &send, &echoed));
        }
        let mut single: Vec<_> = vec![part(TEXT, b"")];
        single.extend(bytes.iter().map(|byte| part(CONTINUATION, &[*byte])));
        single.push(whole(CONTINUATION, b""));
        cases.push(stays(format!("{text:?} in bytes"), &single, &echoed));
    }
    hold(cases).await;
}

#[tokio::test]
async fn what_is_no_text_is_1007() {
    let mut cases: Vec<Case> = Vec::new();
    for bytes in INVALID.iter().chain(&INCOMPLETE) {
        let name = format!("{bytes:02x?}");
        let inside = [b"before ", *bytes, b"\x20after"].concat();
        cases.push(fails(&name, &[whole(TEXT, &inside)], &[], 1007));
        let at_end = [b"before ", *bytes].concat();
        cases.push(fails(&name, &[whole(TEXT, &at_end)], &[], 1007));
        let send = [part(TEXT, &at_end), whole(CONTINUATION, b"")];
        cases.push(fails(format!("{name} in two parts"), &send, &[], 1007));
        let reason = code(1000, bytes);
        cases.push(fails(
            format!("{name} as a reason"),
            &[whole(CLOSE, &reason)],
            &[],
            1007,
        ));
        let echoed = [Got::new(BINARY, bytes)];
        cases.push(stays(
            format!("{name} as bytes"),
            &[whole(BINARY, bytes)],
            &echoed,
        ));
    }
    hold(cases).await;
}

#[tokio::test]
async fn a_text_that_is_lost_is_not_waited_for() {
    let mut cases: Vec<Case> = Vec::new();
    for bytes in INVALID {
        let inside = [b"before ", bytes, b"\x20"].concat();
        cases.push(fails(
            format!("{bytes:02x?}"),
            &[part(TEXT, &inside)],
            &[],
            1007,
        ));
        // Cut inside the sequence: the second part makes it invalid.
        if bytes.len() > 1 {
            let (one, two) = bytes.split_at(1);
            let send = [
                part(TEXT, one),
                part(CONTINUATION, &[two, b"\x20"].concat()),
            ];
            cases.push(fails(format!("{bytes:02x?} cut"), &send, &[], 1007));
        }
    }
    hold(cases).await;
}
