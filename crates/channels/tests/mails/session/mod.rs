//! Sessions of mail servers, without a connection.
//!
//! Proves INV-79 (`docs/invariants.md`).

mod bytes;
mod commands;

use parlor_channels::{
    MailInSettings, MailListenerSettings, MailReceiptOutcome, MailSession, RecipientVerdict,
    SessionStep,
};

const END: &[u8] = b"\r\n.\r\n";

fn settings(more: &str) -> MailListenerSettings {
    let text = format!("listen = '127.0.0.1:0'\nhostname = 'mx.example'\n{more}");
    let settings: MailInSettings = toml::from_str(&text).unwrap();
    settings.listener().unwrap().unwrap()
}

/// What a client has got, and what was stored of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Transcript {
    replies: String,
    mails: Vec<(Vec<u8>, Vec<String>)>,
    is_closed: bool,
    begins_tls: bool,
}

/// Sends the input in chunks. Addresses of `ok.example` are inboxes.
fn converse(
    settings: MailListenerSettings,
    chunks: &[&[u8]],
    outcome: impl Fn(&str) -> MailReceiptOutcome,
) -> Transcript {
    let mut session = MailSession::new(settings);
    let mut transcript = Transcript::default();
    let whole = chunks.concat();
    let (mut consumed, mut data_begins) = (0, None);
    for chunk in chunks {
        let (mut input, before) = (*chunk, consumed);
        let mut step = session.advance(&mut input);
        loop {
            consumed = before + chunk.len() - input.len();
            step = match step {
                SessionStep::NeedsInput => break,
                SessionStep::Reply(reply) => {
                    if reply.as_str().starts_with("354") {
                        data_begins = Some(consumed);
                    }
                    transcript.replies.push_str(reply.as_str());
                    session.advance(&mut input)
                }
                SessionStep::CountMail => session.begin_mail(true),
                SessionStep::FindRecipient(address) => {
                    let is_inbox = address.ends_with("@ok.example");
                    session.add_recipient(match is_inbox {
                        true => RecipientVerdict::Accepted(address),
                        false => RecipientVerdict::Unknown,
                    })
                }
                SessionStep::StoreMail { mail, recipients } => {
                    // From the end of the command's line to the end of the mail.
                    let raw = &whole[data_begins.take().unwrap() - 2..consumed];
                    let end = raw.windows(END.len()).position(|window| window == END);
                    assert_eq!(end, Some(raw.len() - END.len()), "{raw:?}");
                    assert!(mail.ends_with(&without_dots(raw)), "{mail:?} of {raw:?}");
                    let outcomes: Vec<_> = recipients.iter().map(|one| outcome(one)).collect();
                    for reply in session.end_mail(&outcomes) {
                        transcript.replies.push_str(reply.as_str());
                    }
                    transcript.mails.push((mail, recipients));
                    session.advance(&mut input)
                }
                SessionStep::StartTls(reply) => {
                    transcript.replies.push_str(reply.as_str());
                    transcript.begins_tls = true;
                    return transcript;
                }
                SessionStep::Close(reply) => {
                    transcript.replies.push_str(reply.as_str());
                    transcript.is_closed = true;
                    return transcript;
                }
            };
        }
        consumed = before + chunk.len();
    }
    transcript
}

/// Returns what a mail is of the bytes between the line of the command and its end.
fn without_dots(raw: &[u8]) -> Vec<u8> {
    let mut mail = Vec::new();
    let mut rest = &raw[2..raw.len() - 3];
    let mut is_at_start = true;
    while let [first, tail @ ..] = rest {
        if !(is_at_start && *first == b'.') {
            mail.push(*first);
        }
        rest = tail;
        is_at_start = mail.ends_with(b"\r\n") && *first == b'\n';
    }
    mail
}

fn accept(_: &str) -> MailReceiptOutcome {
    MailReceiptOutcome::Accepted
}

/// Returns the codes of the replies to a script that comes at once.
#[track_caller]
fn assert_codes(more: &str, script: &str, expected: &str) -> Transcript {
    let transcript = converse(settings(more), &[script.as_bytes()], accept);
    let codes: Vec<&str> = transcript.replies.lines().map(|line| &line[..4]).collect();
    assert_eq!(
        codes.concat().trim_end(),
        expected,
        "{script:?}: {transcript:?}"
    );
    transcript
}

const BEGIN: &str = "EHLO a\r\nMAIL FROM:<b@home.example> SIZE=5 BODY=8BITMIME SMTPUTF8\r\n";
const RECIPIENT: &str = "RCPT TO:<desk@ok.example>\r\n";
