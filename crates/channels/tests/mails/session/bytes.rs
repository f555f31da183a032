//! Bytes of all kinds.

use proptest::prelude::*;

use super::{BEGIN, RECIPIENT, accept, converse, settings};

/// What a client sends that is strange, hostile or broken.
fn fragment() -> impl Strategy<Value = Vec<u8>> {
    const KNOWN: [&str; 24] = [
        "EHLO a\r\n",
        "LHLO a\r\n",
        "MAIL FROM:<b@home.example>\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<desk@ok.example>\r\n",
        "RCPT TO:<a@no.example>\r\n",
        "DATA\r\n",
        "RSET\r\n",
        "NOOP\r\n",
        "From: b@home.example\r\n",
        "\r\n",
        "\r\n.\r\n",
        ".\r\n",
        "..\r\n",
        "\n.\n",
        "\r\n.\n",
        "\n.\r\n",
        "\r.\r",
        "\r\n.\r\r\n",
        "\r",
        "\n",
        ".",
        "\0",
        "word",
    ];
    prop_oneof![
        8 => prop::sample::select(&KNOWN[..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ]
}

/// Cuts bytes into chunks of these lengths, repeated.
fn cut<'a>(bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let (mut chunks, mut rest) = (Vec::new(), bytes);
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, tail) = rest.split_at(rest.len().min(*length));
        chunks.push(chunk);
        rest = tail;
    }
    chunks
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let transcript = converse(settings(""), &[&bytes], accept);
        prop_assert!(transcript.mails.is_empty());
    }

    #[test]
    fn mail_is_stored_with_its_end_only_however_it_is_cut(
        fragments in prop::collection::vec(fragment(), 0..40),
        begins in any::<bool>(),
        lengths in prop::collection::vec(1usize..50, 1..10),
    ) {
        let start = format!("{BEGIN}{RECIPIENT}DATA\r\n");
        let start = if begins { start.as_bytes() } else { b"" };
        let bytes = [start, &fragments.concat()].concat();
        // `converse` compares each stored mail with the bytes up to its end.
        let whole = converse(settings(""), &[&bytes], accept);
        let cut = converse(settings(""), &cut(&bytes, &lengths), accept);
        prop_assert_eq!(whole, cut);
    }
}
