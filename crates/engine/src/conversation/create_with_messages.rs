//! Making a conversation in which something has been said already.

use parlor_model::conversation::CreateConversation;
use parlor_model::id::MessageId;
use parlor_model::member::MemberKey;
use parlor_model::message::MessageRole;
use parlor_model::message_details::MessageDetails;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::ContactRef;
use parlor_model::{Ctx, Metadata, Result};

use super::CreateConversationResult;
use super::create::{insert, validate};
use crate::member::normalize_contact;
use crate::{Engine, authority, message, space};

/// Something said before a conversation was made.
#[derive(Debug, Clone)]
pub struct InitialMessage {
    /// Who speaks.
    pub role: MessageRole,
    /// A finer word.
    pub subtype: Option<String>,
    /// What is said.
    pub text: Redacted<String>,
    /// What it holds beyond its text.
    pub details: MessageDetails,
    /// Free JSON.
    pub metadata: Metadata,
}

/// Makes a conversation for a contact, who may be made on the way, together with its first messages: all or nothing.
/// What people say in them is the contact's, or where there is none the acting member's. Asks for what making a
/// conversation asks for, for `messages:write` where there are messages, and for `members:write` where a contact may
/// have to be made. Gives the messages' ids.
pub async fn create_with_messages(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateConversation,
    contact: Option<ContactRef>,
    messages: Vec<InitialMessage>,
) -> Result<(CreateConversationResult, Vec<MessageId>)> {
    validate(&command)?;
    space::authorize_contact(ctx, contact.as_ref())?;
    let contact = normalize_contact(engine, ctx, contact).await?;
    if !messages.is_empty() {
        ctx.require(Scope::write(Resource::Messages))?;
    }
    for message in &messages {
        message::check_text(&message.text)?;
        message.details.to_text()?;
    }
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            authority::authorize_create_conversation(tx, &ctx, command.space)?;
            let mut command = command.clone();
            if let Some(number) = space::resolve_contact(tx, &ctx, contact.as_ref())? {
                command.subject = Some(MemberKey::Number(number));
            }
            let made = insert(tx, &ctx, &command)?;
            let actor = ctx.actor.map(|actor| actor.number);
            let speaker = made
                .subject
                .as_ref()
                .map(|subject| subject.number)
                .or(actor);
            let speaks = messages.iter().any(|one| one.role == MessageRole::User);
            if let Some(speaker) = speaker.filter(|_| speaks) {
                authority::authorize_act_as(tx, &ctx, speaker)?;
            }
            let mut ids = Vec::with_capacity(messages.len());
            for message in &messages {
                let authors = (speaker, command.service.assistant);
                ids.push(message::insert_message(
                    tx,
                    &ctx,
                    made.number,
                    message,
                    authors,
                )?);
            }
            Ok((made, ids))
        })
        .await
}
