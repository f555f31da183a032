//! Receives mails.
//!
//! Keeps INV-76 (`docs/invariants.md`).

use parlor_model::chat::StartChat;
use parlor_model::conversation::Medium;
use parlor_model::id::IdOrNumber;
use parlor_model::inbox::Inbox;
use parlor_model::member::{Member, Profile};
use parlor_model::message_details::OmittedFile;
use parlor_model::redacted::Redacted;
use parlor_model::unmatched_message::NewUnmatchedMessage;
use parlor_model::{Ctx, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::address::{self, Address};
use parlor_store::repo::inbox as inboxes;

use super::MailId;
use super::inbound::{self, InboundContent, retry_while_closed, store_message};
use super::mail_thread::{find_answered_chat, find_chat_by_subject};
use crate::file::{InboundFile, omit_excess};
use crate::undeliverable_address::clear_sender;
use crate::unmatched_message;
use crate::{Engine, member};

/// A mail that a person has sent.
#[derive(Debug, Clone)]
pub struct InboundMail {
    /// Digest of its id: a repeated mail is stored once.
    pub id: String,
    /// Its `Message-ID`, if it has one that can be answered.
    pub message_id: Option<Redacted<String>>,
    /// Address of the sender.
    pub from: Redacted<String>,
    /// Name of the sender, if it gives one.
    pub from_name: Option<Redacted<String>>,
    /// Addresses that it was sent to. The first one that is an inbox of the workspace receives it.
    pub recipients: Vec<Redacted<String>>,
    /// Mails of this server that it answers, the newest first.
    pub references: Vec<MailId>,
    /// Subject without prefixes such as `Re:`; empty if there is none.
    pub subject: Redacted<String>,
    /// What the sender has written.
    pub text: Redacted<String>,
}

impl InboundMail {
    /// Returns the id under which its message is stored.
    fn client_id(&self) -> String {
        format!("mail:{}", self.id)
    }
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceivedMail {
    /// It is a message of the sender in its chat.
    Stored,
    /// The workspace has no inbox with one of the addresses. Nothing is stored.
    UnknownInbox,
    /// The sender has no address that can be answered, is an inbox of the workspace, or is archived. Nothing is stored.
    SenderRefused,
}

/// Where a mail belongs.
enum Destination {
    /// A chat and its member.
    Chat(i64, Box<Member>),
    /// Nowhere, or nowhere anew: what became of it.
    None(ReceivedMail),
}

/// Sender of a mail, normalized.
#[derive(Clone)]
struct Sender {
    /// Address as it is shown.
    email: String,
    /// Address as it identifies a member.
    key: String,
    name: Option<String>,
}

/// Stores a mail in the chat that it answers, otherwise in the sender's newest open chat over the inbox with the same
/// subject, otherwise in a new one. A sender whom the workspace does not know becomes a member. Files that are too many or too
/// large for a message are noted in it.
///
/// The caller has authenticated the mail server; `ctx` is that of the server's operator.
///
/// # Errors
/// An error means that nothing was stored.
pub async fn receive_mail(
    engine: &Engine,
    ctx: &Ctx,
    inbound: InboundMail,
    mut files: Vec<InboundFile>,
) -> Result<ReceivedMail> {
    let (Ok(email), Ok(key)) = (
        member::normalize_email(&inbound.from),
        member::email_key(&inbound.from),
    ) else {
        return Ok(ReceivedMail::SenderRefused);
    };
    let name = inbound.from_name.as_deref();
    let name = name.and_then(|name| shorten(name));
    let sender = Sender { email, key, name };
    let omitted = omit_excess(&mut files);
    let files = (files.as_slice(), omitted.as_slice());
    retry_while_closed(|| receive(engine, ctx, &sender, &inbound, files)).await
}

async fn receive(
    engine: &Engine,
    ctx: &Ctx,
    sender: &Sender,
    inbound: &InboundMail,
    (files, omitted): (&[InboundFile], &[OmittedFile]),
) -> Result<ReceivedMail> {
    let (owned_ctx, sender, mail) = (*ctx, sender.clone(), inbound.clone());
    let found = engine
        .store
        .write(move |tx| find_destination(tx, &owned_ctx, &sender, &mail))
        .await?;
    let (conversation, sender) = match found {
        Destination::Chat(conversation, sender) => (conversation, sender.key),
        Destination::None(reason) => {
            if reason == ReceivedMail::UnknownInbox {
                unmatched_message::record(engine, ctx.ws(), unmatched(inbound)).await;
            }
            return Ok(reason);
        }
    };
    let content = InboundContent {
        client_id: inbound.client_id(),
        text: &inbound.text,
        files,
        remote: Vec::new(),
        omitted,
    };
    store_message(engine, ctx, conversation, sender, content).await?;
    Ok(ReceivedMail::Stored)
}

/// Returns what is kept of a mail for an inbox that the workspace does not have.
fn unmatched(mail: &InboundMail) -> NewUnmatchedMessage {
    let recipient = mail.recipients.first().cloned();
    let content = match mail.subject.is_empty() {
        true => mail.text.clone(),
        false => Redacted(format!(
            "{}\n\n{}",
            mail.subject.as_str(),
            mail.text.as_str()
        )),
    };
    NewUnmatchedMessage {
        medium: Medium::Email,
        external_id: mail.id.clone(),
        sender: mail.from.clone(),
        recipient: recipient.unwrap_or_default(),
        content,
    }
}

fn find_destination(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    sender: &Sender,
    mail: &InboundMail,
) -> Result<Destination> {
    let ws = ctx.ws();
    let Some(inbox) = find_inbox(tx, ws, &mail.recipients)? else {
        return Ok(Destination::None(ReceivedMail::UnknownInbox));
    };
    // Two inboxes that answer each other would not end.
    if inboxes::find_by_address(tx, ws, &sender.key)?.is_some() {
        return Ok(Destination::None(ReceivedMail::SenderRefused));
    }
    clear_sender(tx, ws, (Medium::Email, &sender.key))?;
    // The lock of the inbox comes first: two mails of a new sender make one member and one chat.
    inboxes::lock(tx, ws, inbox.number)?;
    if let Some((chat, subject)) = find_answered_chat(tx, ctx, &sender.key, &mail.references)? {
        return destination(tx, ws, mail, subject, |_, _| Ok(chat));
    }
    let known = address::find_by_address(tx, ws, Address::Email(&sender.key), 1)?;
    let known = known.into_iter().next();
    let is_known = known.is_some();
    let row = match known {
        Some(row) => row,
        None => {
            let profile = Profile {
                name: sender.name.clone(),
                email: Some(sender.email.clone()),
                ..Profile::default()
            };
            inbound::create_sender(tx, ctx, profile, None)?
        }
    };
    destination(tx, ws, mail, row.member, |tx, author| {
        let number = author.key.number;
        match find_chat_by_subject(tx, ctx, number, inbox.number, &mail.subject)? {
            Some(chat) => Ok(chat),
            None => start_chat(tx, ctx, author, &inbox, mail, is_known),
        }
    })
}

/// Returns the chat of a mail, unless the mail is refused or a repeated one: its chat may be closed or have another title since,
/// so its message is looked for in all of them.
fn destination(
    tx: &mut dyn Tx,
    ws: i64,
    mail: &InboundMail,
    author: Member,
    find_chat: impl FnOnce(&mut dyn Tx, &Member) -> Result<i64>,
) -> Result<Destination> {
    if author.archived_at.is_some() {
        return Ok(Destination::None(ReceivedMail::SenderRefused));
    }
    if inboxes::has_message(tx, ws, author.key.number, &mail.client_id())? {
        return Ok(Destination::None(ReceivedMail::Stored));
    }
    let chat = find_chat(tx, &author)?;
    if let Some(id) = &mail.message_id {
        inboxes::set_last_mail(tx, ws, chat, id)?;
    }
    Ok(Destination::Chat(chat, Box::new(author)))
}

/// Finds the first inbox among the addresses.
fn find_inbox(tx: &mut dyn Tx, ws: i64, recipients: &[Redacted<String>]) -> Result<Option<Inbox>> {
    for recipient in recipients {
        let Ok(key) = member::email_key(recipient) else {
            continue;
        };
        let found = inboxes::find_by_address(tx, ws, &key)?;
        if let Some(inbox) = found.filter(|inbox| inbox.archived_at.is_none()) {
            return Ok(Some(inbox));
        }
    }
    Ok(None)
}

/// Starts a chat of the sender over the inbox, with the inbox's workflow. An assistant answers whom the workspace knows, and
/// whoever writes to an inbox with a workflow; otherwise a person has to look.
fn start_chat(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    author: &Member,
    inbox: &Inbox,
    mail: &InboundMail,
    is_known: bool,
) -> Result<i64> {
    let workflow = inbound::find_workflow(tx, ctx, inbox.workflow)?;
    let command = StartChat {
        inbox: Some(IdOrNumber::Number(inbox.number)),
        assistant_enabled: is_known || workflow.is_some(),
        workflow,
        title: shorten(&mail.subject),
        ..StartChat::new(Medium::Email)
    };
    inbound::start_chat(tx, ctx, author, &command)
}

/// Returns a name or title that fits, on one line; `None` if nothing is left.
fn shorten(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    let printable = joined.chars().filter(|c| !c.is_control());
    let short: String = printable.take(limit::NAME.max_chars).collect();
    (!short.is_empty()).then_some(short)
}
