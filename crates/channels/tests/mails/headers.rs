//! What the headers of a mail tell.

use parlor_channels::parse_mail;

use crate::{parse, read};

#[test]
fn headers_name_sender_subject_and_recipients() {
    for (name, from, from_name, subject, recipients) in [
        (
            "encoded_sender",
            "joerg@home.example",
            Some("Jörg"),
            "Täglich",
            &["desk@clinic.example"][..],
        ),
        (
            "folded_headers",
            "ada@home.example",
            Some("Ada Example"),
            "A long subject",
            &["other@clinic.example", "desk@clinic.example"],
        ),
        (
            "group_recipients",
            "ada@home.example",
            Some("Ada Example"),
            "Appointment",
            &["desk@clinic.example", "bob@clinic.example"],
        ),
        (
            "gb2312_base64",
            "ada@home.example",
            Some("Ada Example"),
            "预约",
            &["desk@clinic.example"],
        ),
        (
            "outlook_german",
            "ada@home.example",
            Some("Ada Example"),
            "Termin",
            &["desk@clinic.example"],
        ),
    ] {
        let mail = parse(name).mail;
        let found_name = mail.from_name.as_ref().map(|name| name.as_str());
        assert_eq!((mail.from.as_str(), found_name), (from, from_name));
        assert_eq!(mail.subject.as_str(), subject);
        let found: Vec<&str> = mail.recipients.iter().map(|one| one.as_str()).collect();
        assert_eq!(found, recipients);
    }
}

#[test]
fn envelope_goes_before_the_headers() {
    let parsed = parse_mail(&read("plain"), Some(" <help@clinic.example> ")).unwrap();
    let [recipient] = parsed.mail.recipients.as_slice() else {
        panic!("{parsed:?}")
    };
    assert_eq!(recipient.as_str(), "help@clinic.example");
}

#[test]
fn delivery_headers_name_recipients_of_blind_copies() {
    let raw = b"From: a@b.example\nTo: c@d.example\nX-Original-To: help@clinic.example\nDelivered-To: desk@clinic.example\n\nx";
    let mail = parse_mail(raw, None).unwrap().mail;
    let found: Vec<&str> = mail.recipients.iter().map(|one| one.as_str()).collect();
    assert_eq!(
        found,
        ["c@d.example", "desk@clinic.example", "help@clinic.example"]
    );
}

#[test]
fn own_mails_are_recognized_in_references_newest_first() {
    let id = |last: u8| {
        format!("5f0c9a1e-0000-7000-8000-00000000000{last}.5f0c9a1e-0000-4000-8000-000000000000")
    };
    let raw = format!(
        "From: a@b.example\nIn-Reply-To: <{}@clinic.example>\nReferences: <{}@clinic.example> <x@y.example>\n <{}@clinic.example>\n\nx",
        id(3),
        id(1),
        id(2)
    );
    let mail = parse_mail(raw.as_bytes(), None).unwrap().mail;
    let found: Vec<String> = mail.references.iter().map(ToString::to_string).collect();
    assert_eq!(found, [id(3), id(2), id(1)]);
}

#[test]
fn mail_without_id_is_recognized_by_what_it_says() {
    let first = parse("no_message_id").mail.id;
    let again = [b"Received: by mx; now\n".to_vec(), read("no_message_id")].concat();
    assert_eq!(parse_mail(&again, None).unwrap().mail.id, first);
    let other = [read("no_message_id"), b"more".to_vec()].concat();
    assert_ne!(parse_mail(&other, None).unwrap().mail.id, first);
}
