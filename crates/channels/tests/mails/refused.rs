//! What is no mail, and mails that would cost too much.

use parlor_channels::{MailParseError, parse_mail};

#[test]
fn what_is_no_mail_is_refused() {
    for (raw, error) in [
        (&b""[..], MailParseError::Malformed),
        (b"\n\n\n", MailParseError::Malformed),
        (b"Subject: x\n\nx", MailParseError::NoSender),
        (b"From: nobody\n\nx", MailParseError::NoSender),
    ] {
        let found = parse_mail(raw, None).unwrap_err();
        assert_eq!(found, error, "{raw:?}");
    }
}

#[test]
fn mails_in_mails_are_no_recursion() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(150);
    let raw = format!("From: a@b.example\n{nested}x");
    assert!(parse_mail(raw.as_bytes(), None).is_ok());
    let deep = "Content-Type: message/rfc822\n\n".repeat(300_000);
    let raw = format!("From: a@b.example\n{deep}x");
    let refused = parse_mail(raw.as_bytes(), None).unwrap_err();
    assert_eq!(refused, MailParseError::TooComplex);
    // What is encoded is not looked into.
    let encoded = data_encoding::BASE64.encode(deep.as_bytes());
    let raw = format!(
        "From: a@b.example\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{encoded}\n"
    );
    assert!(parse_mail(raw.as_bytes(), None).is_ok());
}
