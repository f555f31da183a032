//! Receives text messages from a carrier.
//!
//! Keeps INV-75 (`docs/invariants.md`).

use parlor_model::access::WorkspaceRole;
use parlor_model::chat::StartChat;
use parlor_model::conversation::Medium;
use parlor_model::id::IdOrNumber;
use parlor_model::member::{Member, Profile};
use parlor_model::phone_number::PhoneNumber;
use parlor_model::redacted::Redacted;
use parlor_model::unmatched_message::NewUnmatchedMessage;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::address::{self, Address};
use parlor_store::repo::member::{self as members, MemberRow};
use parlor_store::repo::phone_number as phone_numbers;
use parlor_store::repo::remote_file::NewRemoteFile;

use super::inbound::{self, InboundContent, retry_while_closed, store_message};
use super::text_keyword::TextKeyword;
use crate::undeliverable_address::clear_sender;
use crate::{Engine, member, unmatched_message};

/// A text message that a carrier has received.
#[derive(Debug, Clone)]
pub struct InboundText {
    /// Id that the carrier has given it: a repeated one is stored once.
    pub id: String,
    /// Number of the sender in E.164.
    pub from: Redacted<String>,
    /// Number of the workspace in E.164.
    pub to: Redacted<String>,
    /// The text.
    pub text: Redacted<String>,
    /// Files that the carrier hands out. They are fetched after the message is stored.
    pub files: Vec<NewRemoteFile>,
}

/// What became of a text message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceivedText {
    /// It is a message of the sender in its chat.
    Stored,
    /// The sender has opted out of text messages.
    OptedOut,
    /// The sender has opted in again.
    OptedIn,
    /// The sender wants to know how to opt out.
    HelpRequested,
    /// The workspace has no such number for text messages. Nothing is stored.
    UnknownNumber,
    /// The sender has no number that can be answered, or is archived. Nothing is stored.
    SenderRefused,
}

/// Where a text message belongs.
enum Destination {
    /// A chat and its member.
    Chat(i64, Box<Member>),
    /// Nowhere, for this reason.
    None(ReceivedText),
}

/// Stores a text message in the sender's open chat over the number that it was sent to, otherwise in a new one. A sender
/// whom the workspace does not know becomes a member. Words such as `STOP` change whether the number may be written to, and
/// are not messages.
///
/// The caller has authenticated the carrier; `ctx` is that of the server's operator.
///
/// # Errors
/// An error means that nothing was stored.
pub async fn receive_text(
    engine: &Engine,
    ctx: &Ctx,
    inbound: InboundText,
) -> Result<ReceivedText> {
    let (Ok(from), Ok(to)) = (
        member::normalize_phone(&inbound.from, None),
        member::normalize_phone(&inbound.to, None),
    ) else {
        return Ok(ReceivedText::SenderRefused);
    };
    retry_while_closed(|| receive(engine, ctx, (&from, &to), &inbound)).await
}

async fn receive(
    engine: &Engine,
    ctx: &Ctx,
    (from, to): (&str, &str),
    inbound: &InboundText,
) -> Result<ReceivedText> {
    let (owned_ctx, text) = (*ctx, inbound.text.clone());
    let numbers = (from.to_owned(), to.to_owned());
    let found = engine
        .store
        .write(move |tx| find_destination(tx, &owned_ctx, (&numbers.0, &numbers.1), &text))
        .await?;
    let (conversation, sender) = match found {
        Destination::Chat(conversation, sender) => (conversation, sender.key),
        Destination::None(reason) => {
            if reason == ReceivedText::UnknownNumber {
                let unmatched = NewUnmatchedMessage {
                    medium: Medium::Sms,
                    external_id: inbound.id.clone(),
                    sender: inbound.from.clone(),
                    recipient: inbound.to.clone(),
                    content: inbound.text.clone(),
                };
                unmatched_message::record(engine, ctx.ws(), unmatched).await;
            }
            return Ok(reason);
        }
    };
    let content = InboundContent {
        client_id: format!("sms:{}", inbound.id),
        text: &inbound.text,
        files: &[],
        remote: inbound.files.clone(),
        omitted: &[],
    };
    store_message(engine, ctx, conversation, sender, content).await?;
    Ok(ReceivedText::Stored)
}

fn find_destination(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    (from, to): (&str, &str),
    text: &Redacted<String>,
) -> Result<Destination> {
    let ws = ctx.ws();
    let number = phone_numbers::find_by_e164(tx, ws, to)?;
    let number = number.filter(|number| number.sms && number.archived_at.is_none());
    let Some(number) = number else {
        return Ok(Destination::None(ReceivedText::UnknownNumber));
    };
    clear_sender(tx, ws, (Medium::Sms, from))?;
    // The lock of the number comes first: two texts of a new sender make one member and one chat.
    phone_numbers::lock(tx, ws, number.number)?;
    let known = address::find_by_address(tx, ws, Address::Phone(from), 1)?;
    let known = known.into_iter().next();
    let is_known = known.is_some();
    let sender = match known {
        Some(sender) => sender,
        None => create_sender(tx, ctx, from, &number)?,
    };
    if sender.member.archived_at.is_some() {
        return Ok(Destination::None(ReceivedText::SenderRefused));
    }
    if let Some(keyword) = TextKeyword::from_text(text, sender.member.sms_opted_out) {
        return Ok(Destination::None(apply_keyword(tx, ws, sender, keyword)?));
    }
    let member = sender.member.key.number;
    let over = (number.number, Medium::Sms);
    let chat = match phone_numbers::find_open_chat(tx, ws, member, over)? {
        Some(chat) => chat,
        None => start_chat(tx, ctx, &sender.member, (&number, Medium::Sms), is_known)?,
    };
    Ok(Destination::Chat(chat, Box::new(sender.member)))
}

/// Creates the member of a number that the workspace does not know.
pub(super) fn create_sender(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    from: &str,
    number: &PhoneNumber,
) -> Result<MemberRow> {
    let options = &number.options;
    let is_user = options.allow_signup && options.signup_is_user;
    let profile = Profile {
        phone: Some(from.to_owned()),
        ..Profile::default()
    };
    let role = is_user.then_some(WorkspaceRole::User);
    inbound::create_sender(tx, ctx, profile, role)
}

fn apply_keyword(
    tx: &mut dyn Tx,
    ws: i64,
    mut sender: MemberRow,
    keyword: TextKeyword,
) -> Result<ReceivedText> {
    let (result, is_opted_out) = match keyword {
        TextKeyword::OptOut => (ReceivedText::OptedOut, true),
        TextKeyword::OptIn => (ReceivedText::OptedIn, false),
        TextKeyword::Help => return Ok(ReceivedText::HelpRequested),
    };
    if sender.member.sms_opted_out != is_opted_out {
        sender.member.sms_opted_out = is_opted_out;
        members::update(tx, ws, &sender)?;
    }
    Ok(result)
}

/// Starts a chat of the sender over the number, with the number's workflow. The assistant of the number answers whom the
/// workspace knows or wants to know; otherwise a person has to look.
pub(super) fn start_chat(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    sender: &Member,
    (number, medium): (&PhoneNumber, Medium),
    is_known: bool,
) -> Result<i64> {
    let options = &number.options;
    let is_welcome = is_known || options.allow_signup || options.allow_anonymous;
    let command = StartChat {
        phone_number: Some(IdOrNumber::Number(number.number)),
        workflow: inbound::find_workflow(tx, ctx, number.default_workflow)?,
        assistant_enabled: options.assistant_enabled && is_welcome,
        ..StartChat::new(medium)
    };
    inbound::start_chat(tx, ctx, sender, &command)
}
