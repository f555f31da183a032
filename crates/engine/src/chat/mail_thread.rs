//! Finds the chat that a mail goes on with.
//!
//! Keeps INV-76 (`docs/invariants.md`).

use parlor_model::member::Member;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::inbox as inboxes;
use parlor_store::repo::member::{self as members, MemberLookup};

use super::MailId;
use crate::member;

/// Mails of this server that are looked up for one mail, newest first.
const MAX_REFERENCES: usize = 20;

/// Finds the open chat whose mail is answered, with its subject. Only a mail from the subject's own address belongs there:
/// others may know the mail, because it was forwarded to them.
pub(super) fn find_answered_chat(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    from_key: &str,
    references: &[MailId],
) -> Result<Option<(i64, Member)>> {
    let ws = ctx.ws();
    for reference in references.iter().take(MAX_REFERENCES) {
        let found = inboxes::find_open_chat(tx, ws, reference.conversation)?;
        let Some((chat, Some(subject))) = found else {
            continue;
        };
        let subject = members::find(tx, ws, MemberLookup::Number(subject))?;
        let Some(subject) = subject.map(|stored| stored.member) else {
            continue;
        };
        let email = subject.profile.email.as_deref();
        let key = email.and_then(|email| member::email_key(email).ok());
        if key.as_deref() == Some(from_key) {
            return Ok(Some((chat, subject)));
        }
    }
    Ok(None)
}

/// Finds the sender's newest open chat over an inbox with this subject line. A title that the server has chosen is none.
pub(super) fn find_chat_by_subject(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    sender: i64,
    inbox: i64,
    subject: &str,
) -> Result<Option<i64>> {
    let wanted = subject_key(subject);
    let chats = inboxes::list_open_chats(tx, ctx.ws(), sender, inbox)?;
    let has_subject = |title: Option<&str>| subject_key(title.unwrap_or_default()) == wanted;
    let found = chats
        .into_iter()
        .find(|(_, title)| has_subject(title.as_deref()));
    Ok(found.map(|(chat, _)| chat))
}

/// Returns the form in which subject lines are compared: mail programs change blanks, and people letters' case.
fn subject_key(subject: &str) -> String {
    let words: Vec<&str> = subject.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
