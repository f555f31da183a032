//! Receives a mail, whatever way it has come.

use bytes::Bytes;
use parlor_engine::Engine;
use parlor_engine::chat::{ReceivedMail, receive_mail};
use parlor_engine::delivery::record_bounce;
use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Error, Result};

use super::inbound::{MailKind, MailParseError, ParsedMail, original_file, parse_mail};

/// Longest mail.
pub const MAX_MAIL_BYTES: usize = 10 * 1024 * 1024;

const REFUSED_SENDER: &str =
    "its sender is archived, is an inbox of the workspace, or cannot be answered";

/// Stores a mail, unless it is one that is stored nowhere: that of a program, or of a sender that cannot be answered. A report
/// that a mail of this server was not delivered is recorded with the message that it carried.
/// `envelope_to` is the recipient that the mail server has accepted it for, if that is known.
///
/// # Errors
/// `Invalid` for what is no mail, `NotFound` without such an inbox in the workspace of `ctx`. An error means that nothing was
/// stored.
pub async fn receive_raw_mail(
    engine: &Engine,
    ctx: &Ctx,
    raw: Bytes,
    envelope_to: Option<String>,
) -> Result<()> {
    let original = original_file(raw.clone());
    let parsed =
        tokio::task::spawn_blocking(move || parse_mail(&raw, envelope_to.as_deref())).await;
    let ParsedMail {
        kind,
        bounced,
        mail,
        mut files,
    } = match parsed.map_err(Error::internal)? {
        Ok(parsed) => parsed,
        Err(error) => return unreadable(error),
    };
    if kind != MailKind::Person {
        log_ignored(kind);
        if let Some(mail) = bounced {
            record_bounce(engine, ctx, mail).await?;
        }
        return Ok(());
    }
    files.push(original);
    match receive_mail(engine, ctx, mail, files).await? {
        ReceivedMail::Stored => Ok(()),
        ReceivedMail::UnknownInbox => {
            tracing::warn!(
                "a mail server has a mail for an inbox that the workspace does not have"
            );
            Err(Error::not_found(EntityKind::Inbox))
        }
        ReceivedMail::SenderRefused => {
            tracing::warn!("a mail was not stored: {REFUSED_SENDER}");
            Ok(())
        }
    }
}

/// A mail without a sender's address can neither be answered nor stored, and it would not be better the next time.
fn unreadable(error: MailParseError) -> Result<()> {
    match error {
        MailParseError::NoSender => {
            tracing::warn!("a mail was not stored: {REFUSED_SENDER}");
            Ok(())
        }
        MailParseError::Malformed => Err(Error::invalid("body", "must be a mail")),
        MailParseError::TooComplex => Err(Error::invalid(
            "body",
            "must not have so many parts or headers",
        )),
    }
}

fn log_ignored(kind: MailKind) {
    let reason = match kind {
        MailKind::Person => return,
        MailKind::Automatic => "a program has sent it, or a list",
        MailKind::Bounce => "it reports a mail that was not delivered",
        MailKind::Loop => "this server has sent it itself",
    };
    tracing::info!(reason, "a mail was not stored");
}
