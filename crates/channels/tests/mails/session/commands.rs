//! Commands, their order and their replies.

use parlor_channels::{MailReceiptOutcome, MailSession, SessionStep};

use super::{BEGIN, RECIPIENT, assert_codes, converse, settings};

#[test]
fn mail_in_one_pipeline_is_stored() {
    let script = format!("{BEGIN}{RECIPIENT}DATA\r\nFrom: b\r\n\r\n..Hi\r\n.\r\nNOOP\r\nQUIT\r\n");
    let transcript = assert_codes(
        "",
        &script,
        "250-250-250-250-250-250 250 250 354 250 250 221",
    );
    let text = b"Return-Path: <b@home.example>\r\nFrom: b\r\n\r\n.Hi\r\n".to_vec();
    let recipients = vec!["desk@ok.example".to_owned()];
    assert_eq!(transcript.mails, [(text, recipients)]);
    assert!(transcript.is_closed);
    for extension in [
        "PIPELINING",
        "8BITMIME",
        "SMTPUTF8",
        "ENHANCEDSTATUSCODES",
        "SIZE 10485760",
    ] {
        assert!(transcript.replies.contains(extension), "{extension}");
    }
    // What is not offered is not done.
    assert!(!transcript.replies.contains("STARTTLS"), "{transcript:?}");
    assert!(!transcript.replies.contains("CHUNKING"), "{transcript:?}");
}

#[test]
fn commands_out_of_order_and_unknown_ones_are_refused() {
    for (script, codes) in [
        ("MAIL FROM:<>\r\n", "503"),
        ("HELO a\r\nRCPT TO:<desk@ok.example>\r\n", "250 503"),
        ("HELO a\r\nDATA\r\n", "250 503"),
        ("HELO a\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\n", "250 250 503"),
        ("HELO a\r\nMAIL FROM:<>\r\nDATA\r\n", "250 250 554"),
        (
            "HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@no.example>\r\nDATA\r\n",
            "250 250 550 554",
        ),
        (
            "HELO a\r\nMAIL FROM:<>\r\nRSET\r\nRCPT TO:<desk@ok.example>\r\n",
            "250 250 250 503",
        ),
        (
            "HELO a\r\nMAIL FROM:<b@c> SIZE=10485761\r\nRCPT TO:<desk@ok.example>\r\n",
            "250 552 503",
        ),
        ("HELO a\r\nMAIL FROM:<b@c> BODY=BINARYMIME\r\n", "250 555"),
        ("HELO a\r\nMAIL FROM:<b@c> RET=FULL\r\n", "250 555"),
        ("HELO a\r\nMAIL FROM:<b@c> AUTH=<>\r\n", "250 555"),
        ("HELO a\r\nMAIL FROM:<b@c> COLOUR=RED\r\n", "250 555"),
        (
            "HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<desk@ok.example> NOTIFY=NEVER\r\n",
            "250 250 555",
        ),
        ("HELO a\r\nMAIL FROM:b@c\r\n", "250 501"),
        ("HELO a\r\nMAIL FROM:<@b>\r\n", "250 501"),
        ("LHLO a\r\n", "500"),
        ("GET / HTTP/1.1\r\n\r\n", "500 500"),
        (
            "VRFY desk\r\nEXPN desk\r\nAUTH PLAIN AGEAYQ==\r\nHELP\r\nETRN a\r\n",
            "252 502 502 502 502",
        ),
        ("STARTTLS\r\n", "502"),
        ("NOOP\nNOOP\r\nNO\rOP\r\n", "500 250 500"),
        ("HELO a\r\nBDAT 5\r\nQUIT\r\nNOOP\r\n", "250 502"),
    ] {
        let transcript = assert_codes("", script, codes);
        assert!(transcript.mails.is_empty());
    }
}

#[test]
fn too_many_recipients_and_errors_end() {
    let script = format!("{BEGIN}{RECIPIENT}{RECIPIENT}{RECIPIENT}DATA\r\n\r\n.\r\n");
    let codes = "250-250-250-250-250-250 250 250 250 452 354 250";
    let transcript = assert_codes("max_recipients = 2", &script, codes);
    assert_eq!(transcript.mails[0].1.len(), 2);
    let transcript = assert_codes("max_errors = 3", "a\r\nb\r\nc\r\nNOOP\r\n", "500 500 421");
    assert!(transcript.is_closed);
    let guesses = "HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@no.example>\r\nRCPT TO:<b@no.example>\r\n";
    assert_codes("max_errors = 2", guesses, "250 250 550 421");
    let long = format!("NOOP {}\r\nNOOP\r\n", "a".repeat(5000));
    assert_codes("", &long, "500 250");
}

#[test]
fn encryption_comes_first_where_it_is_required_and_nothing_is_sent_behind_it() {
    let tls = "tls_certificate_file = '/c'\ntls_key_file = '/k'\nrequire_tls = true";
    let transcript = assert_codes(
        tls,
        "EHLO a\r\nMAIL FROM:<>\r\nSTARTTLS\r\n",
        "250-250-250-250-250-250-250 530 220",
    );
    assert!(transcript.begins_tls && transcript.replies.contains("STARTTLS"));
    let injected = "EHLO a\r\nSTARTTLS\r\nMAIL FROM:<>\r\n";
    let transcript = assert_codes(tls, injected, "250-250-250-250-250-250-250 501");
    assert!(transcript.is_closed && !transcript.begins_tls);
    let mut session: MailSession<()> = MailSession::new(settings(tls));
    session.start_tls();
    for (line, code) in [
        ("MAIL FROM:<>\r\n", "503"),
        ("EHLO a\r\n", "250-"),
        ("STARTTLS\r\n", "503"),
    ] {
        let SessionStep::Reply(reply) = session.advance(&mut line.as_bytes()) else {
            panic!("{line}");
        };
        assert!(reply.as_str().starts_with(code), "{line}: {reply:?}");
        assert!(!reply.as_str().contains("STARTTLS"));
    }
}

#[test]
fn lmtp_replies_for_each_recipient_and_smtp_for_all() {
    let outcome = |address: &str| match address {
        "full@ok.example" => MailReceiptOutcome::Unavailable,
        "gone@ok.example" => MailReceiptOutcome::UnknownInbox,
        "bad@ok.example" => MailReceiptOutcome::Refused,
        _ => MailReceiptOutcome::Accepted,
    };
    let script = |hello: &str, names: &[&str]| {
        let recipients: String = names
            .iter()
            .map(|name| format!("RCPT TO:<{name}@ok.example>\r\n"))
            .collect();
        format!("{hello} a\r\nMAIL FROM:<>\r\n{recipients}DATA\r\nA: b\r\n.\r\n")
    };
    let last = |more: &str, script: &str, count: usize| {
        let transcript = converse(settings(more), &[script.as_bytes()], outcome);
        assert_eq!(transcript.mails.len(), 1);
        let lines: Vec<&str> = transcript.replies.lines().collect();
        lines[lines.len() - count..]
            .iter()
            .map(|line| &line[..3])
            .collect::<Vec<_>>()
            .join(" ")
    };
    let names = ["desk", "full", "gone", "bad"];
    let lmtp = "protocol = 'lmtp'";
    assert_eq!(last(lmtp, &script("LHLO", &names), 4), "250 451 550 554");
    assert_codes(lmtp, "EHLO a\r\nHELO a\r\n", "500 500");
    assert_codes(
        lmtp,
        "LHLO a\r\nMAIL FROM:<>\r\nDATA\r\n",
        "250-250-250-250-250-250 250 503",
    );
    for (names, code) in [
        (&["desk", "help"][..], "250"),
        (&["gone"], "550"),
        (&["bad", "bad"], "554"),
        // Repeated: the second time `gone` is refused by itself, and `desk` stores nothing anew.
        (&["desk", "gone"], "451"),
        (&["desk", "full"], "451"),
    ] {
        assert_eq!(last("", &script("HELO", names), 1), code, "{names:?}");
    }
}

#[test]
fn mail_beyond_the_limit_is_refused_and_the_session_goes_on() {
    let long = "0123456789abcde\r\n".repeat(650_000);
    let script = format!("{BEGIN}{RECIPIENT}DATA\r\n{long}.\r\nNOOP\r\n");
    let transcript = assert_codes("", &script, "250-250-250-250-250-250 250 250 354 552 250");
    assert!(transcript.mails.is_empty());
    let lmtp = script
        .replace("EHLO", "LHLO")
        .replace(RECIPIENT, &RECIPIENT.repeat(2));
    let codes = "250-250-250-250-250-250 250 250 250 354 552 552 250";
    assert_codes("protocol = 'lmtp'", &lmtp, codes);
}
