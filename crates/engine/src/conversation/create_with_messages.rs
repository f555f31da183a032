//! Creates a conversation with initial messages.

use parlor_model::conversation::CreateConversation;
use parlor_model::id::MessageId;
use parlor_model::member::MemberKey;
use parlor_model::message::MessageRole;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::ContactRef;
use parlor_model::{Ctx, Result};

use super::CreateConversationResult;
use super::create::{insert, validate};
use crate::message::InitialMessage;
use crate::{Engine, authority, member, message, outbox};

/// Creates a conversation for a contact, which may be created with it, together with its first messages, in one
/// transaction. Returns the messages' ids.
///
/// User messages are authored by the contact, or by the acting member if there is none. Requires what creating a
/// conversation requires, `messages:write` if there are messages, and `members:write` if a contact may have to be
/// created.
pub async fn create_with_messages(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateConversation,
    contact: Option<ContactRef>,
    messages: Vec<InitialMessage>,
) -> Result<(CreateConversationResult, Vec<MessageId>)> {
    validate(&command)?;
    member::authorize_contact(ctx, contact.as_ref())?;
    let contact = member::normalize_contact(engine, ctx, contact).await?;
    if !messages.is_empty() {
        ctx.require(Scope::write(Resource::Messages))?;
    }
    for message in &messages {
        message::check_text(&message.text)?;
        message.details.to_text()?;
    }
    let ctx = *ctx;
    let created = engine
        .store
        .write(move |tx| {
            authority::authorize_create_conversation(tx, &ctx, command.space)?;
            let mut command = command.clone();
            if let Some(number) = member::resolve_contact(tx, &ctx, contact.as_ref())? {
                command.subject = Some(MemberKey::Number(number));
            }
            let made = insert(tx, &ctx, &command)?;
            let actor = ctx.actor.map(|actor| actor.number);
            let user_author = made
                .subject
                .as_ref()
                .map(|subject| subject.number)
                .or(actor);
            let has_user_message = messages.iter().any(|one| one.role == MessageRole::User);
            if let Some(user_author) = user_author.filter(|_| has_user_message) {
                authority::authorize_act_as(tx, &ctx, user_author)?;
            }
            let mut ids = Vec::with_capacity(messages.len());
            for message in &messages {
                let authors = (user_author, command.service.assistant);
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
        .await?;
    outbox::wake_worker(engine);
    Ok(created)
}
