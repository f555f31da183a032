//! Mails after the shapes that programs write: what each is, and what its sender has written.
//!
//! Proves INV-76 (`docs/invariants.md`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod corpus;
mod headers;
mod never_panics;
mod refused;
mod session;

use std::collections::BTreeSet;
use std::path::PathBuf;

use parlor_channels::{ParsedMail, parse_mail};

use self::corpus::MAILS;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/mails")
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.eml"))).unwrap()
}

fn parse(name: &str) -> ParsedMail {
    parse_mail(&read(name), None).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn each_mail_has_its_kind_and_its_visible_text() {
    let mut wrong = Vec::new();
    for (name, kind, text) in MAILS {
        let parsed = parse(name);
        let found = (parsed.kind, parsed.mail.text.as_str());
        if found != (*kind, *text) {
            wrong.push(format!("{name}: {found:?} and not {:?}", (kind, text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn table_names_every_mail_once() {
    let listed: BTreeSet<String> = MAILS.iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(listed.len(), MAILS.len());
    let paths = std::fs::read_dir(folder()).unwrap();
    let paths = paths.map(|entry| entry.unwrap().path());
    let mails = paths.filter(|path| path.extension().is_some_and(|end| end == "eml"));
    let files = mails.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    assert_eq!(files.collect::<BTreeSet<_>>(), listed);
}
