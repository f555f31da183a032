//! Messages in several frames. RFC 6455, section 5.4.

use crate::frame::{BINARY, CLOSE, CONTINUATION, Got, PING, PONG, TEXT, code, part, whole};
use crate::table::{Case, fails, hold, stays};

#[tokio::test]
async fn the_parts_of_a_message_are_put_together() {
    let whole_text = Got::new(TEXT, b"fragment1fragment2");
    let (one, two) = (part(TEXT, b"fragment1"), whole(CONTINUATION, b"fragment2"));
    let pong = Got::new(PONG, b"between");
    let ping = whole(PING, b"between");
    let bytes = [
        part(BINARY, b"\xFF\x00"),
        part(CONTINUATION, b"\xFE"),
        whole(CONTINUATION, b"\x01"),
    ];
    let mut many = vec![part(TEXT, b"")];
    many.extend((0..500).map(|_| part(CONTINUATION, b"x")));
    many.push(whole(CONTINUATION, b""));
    let twice = [one.clone(), two.clone(), one.clone(), two.clone()];
    hold(vec![
        stays(
            "two parts",
            &[one.clone(), two.clone()],
            std::slice::from_ref(&whole_text),
        ),
        stays(
            "twice two parts",
            &twice,
            &[whole_text.clone(), whole_text.clone()],
        ),
        stays(
            "a ping between",
            &[one.clone(), ping.clone(), two.clone()],
            &[pong.clone(), whole_text.clone()],
        ),
        stays(
            "pings and pongs everywhere",
            &[
                ping.clone(),
                one.clone(),
                whole(PONG, b""),
                ping.clone(),
                two,
                ping,
            ],
            &[pong.clone(), pong.clone(), whole_text, pong],
        ),
        stays(
            "three parts of bytes",
            &bytes,
            &[Got::new(BINARY, b"\xFF\x00\xFE\x01")],
        ),
        stays(
            "many parts, some of nothing",
            &many,
            &[Got::new(TEXT, [b'x'; 500])],
        ),
        stays(
            "nothing in three parts",
            &[
                part(TEXT, b""),
                part(CONTINUATION, b""),
                whole(CONTINUATION, b""),
            ],
            &[Got::new(TEXT, b"")],
        ),
    ])
    .await;
}

#[tokio::test]
async fn parts_that_belong_to_nothing_are_errors() {
    let mut cases: Vec<Case> = Vec::new();
    for (name, opcode) in [("ping", PING), ("pong", PONG), ("close", CLOSE)] {
        let payload = if opcode == CLOSE {
            code(1000, b"")
        } else {
            b"half".to_vec()
        };
        let send = [part(opcode, &payload), whole(CONTINUATION, b"half")];
        cases.push(fails(format!("half a {name}"), &send, &[], 1002));
    }
    for last in [whole(CONTINUATION, b"lost"), part(CONTINUATION, b"lost")] {
        let send = [last.clone(), whole(TEXT, b"Hello")];
        cases.push(fails("a continuation of nothing", &send, &[], 1002));
        let send = [part(TEXT, b"a"), whole(CONTINUATION, b"b"), last];
        let expect = [Got::new(TEXT, b"ab")];
        cases.push(fails(
            "a continuation of what is over",
            &send,
            &expect,
            1002,
        ));
    }
    for opcode in [TEXT, BINARY] {
        for next in [whole(opcode, b"other"), part(opcode, b"other")] {
            let send = [part(TEXT, b"begun"), next];
            cases.push(fails(
                format!("opcode {opcode} before the end"),
                &send,
                &[],
                1002,
            ));
        }
    }
    hold(cases).await;
}
