//! Bytes of all kinds.

use parlor_channels::parse_mail;
use proptest::prelude::*;

use crate::corpus::MAILS;
use crate::read;

/// Inserts, deletes and repeats bytes at places that are given in per mille.
fn mutate(raw: &mut Vec<u8>, edits: &[(u16, u8, Vec<u8>)]) {
    for (place, action, bytes) in edits {
        let at = raw.len() * usize::from(*place) / 1000;
        match action % 3 {
            0 => {
                raw.splice(at..at, bytes.iter().copied());
            }
            1 => {
                let end = (at + bytes.len()).min(raw.len());
                raw.drain(at..end);
            }
            _ => {
                let end = (at + 200).min(raw.len());
                let copy = raw[at..end].to_vec();
                raw.splice(at..at, copy);
            }
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(raw in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = parse_mail(&raw, None);
        let _ = parse_mail(&[b"From: a@b.example\n".to_vec(), raw].concat(), None);
    }

    #[test]
    fn arbitrary_texts_never_panic(text in "(\\PC|[\\n>:@ -]){0,300}", html in "[<>/a-z&;#0-9\"' !-]{0,300}") {
        let head = "From: a@b.example\nContent-Type: text/";
        let _ = parse_mail(format!("{head}plain\n\n{text}").as_bytes(), None);
        let _ = parse_mail(format!("{head}html\n\n{html}{text}").as_bytes(), None);
    }

    #[test]
    fn mutated_mails_never_panic(
        index in 0..MAILS.len(),
        edits in prop::collection::vec((0u16..1000, any::<u8>(), prop::collection::vec(any::<u8>(), 0..20)), 1..8),
    ) {
        let mut raw = read(MAILS[index].0);
        mutate(&mut raw, &edits);
        let _ = parse_mail(&raw, None);
    }
}
