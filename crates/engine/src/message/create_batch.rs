//! Storing several messages at once: all or nothing.

use parlor_model::conversation::{Conversation, ConversationKey, Kind, State};
use parlor_model::error::{Conflict, Denied, Noun};
use parlor_model::id::MessageId;
use parlor_model::message::Role;
use parlor_model::participant::State as Part;
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::import::Made;
use parlor_store::repo::restore::{self, OldMessage};
use parlor_store::repo::{conversation, member, participant};

use super::create::check_text;
use super::title_of;
use crate::Engine;
use crate::authority::{self, Allowed, Basis, Right};
use crate::conversation::{FirstMessage, write_title};

/// Stores messages in one conversation, in their order and in one commit, or none of them. What people say is the
/// conversation's subject's, or where there is none the acting member's; what assistants say is that of the
/// conversation's assistant. Requires what storing each of them alone does. Returns their ids.
///
/// # Errors
/// Those of [`create`](super::create) for any of them: nothing is stored then.
pub async fn create_batch(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    messages: Vec<FirstMessage>,
) -> Result<Vec<MessageId>> {
    for message in &messages {
        check_text(&message.text)?;
        limit::FORM.check_given(message.form.as_deref(), "type")?;
        message.details.to_text()?;
    }
    let (ctx, gives_title) = (*ctx, engine.settings.title_from_first_message);
    engine
        .store
        .write(move |tx| store_all(tx, &ctx, key, &messages, gives_title))
        .await
}

fn store_all(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    key: ConversationKey,
    messages: &[FirstMessage],
    gives_title: bool,
) -> Result<Vec<MessageId>> {
    let Allowed { mut found, basis } = authority::find(tx, ctx, key, Right::Write)?;
    if found.state == State::Closed {
        return Err(Error::conflict(Conflict::Closed));
    }
    check_actor(tx, ctx, found.number, basis)?;
    let actor = ctx.actor.map(|actor| actor.number);
    let subject = found.subject.as_ref().map(|subject| subject.number);
    let speaker = subject.or(actor);
    if messages.iter().any(|message| message.role == Role::User) {
        check_author(tx, ctx, &found, speaker)?;
    }
    let mut ids = Vec::with_capacity(messages.len());
    for message in messages {
        let authors = (speaker, found.service.assistant);
        ids.push(insert_message(tx, ctx, found.number, message, authors)?);
    }
    follow_up(tx, ctx, &mut found, messages, gives_title)?;
    Ok(ids)
}

/// Writes one of several messages that are stored together, by the author that its role has: the one who speaks, or
/// the assistant.
pub(crate) fn insert_message(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    message: &FirstMessage,
    (speaker, assistant): (Option<i64>, Option<i64>),
) -> Result<MessageId> {
    let author = match message.role {
        Role::User => speaker,
        Role::Assistant => assistant,
        Role::System | Role::Tool | Role::Context => None,
    };
    let stamp = tx.stamp();
    let metadata = message.metadata.to_text();
    let new = OldMessage {
        id: stamp.id(),
        author,
        role: message.role,
        form: message.form.as_deref(),
        text: message.text.as_str(),
        details: &message.details,
        metadata: &metadata,
    };
    let made = Made {
        created_at: stamp.at,
        updated_at: stamp.at,
    };
    restore::insert_message(tx, ctx.ws(), conversation, &new, made)?;
    Ok(new.id)
}

/// The title that the first thing said gives, and whether a person has to answer the last one: as single messages do.
fn follow_up(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &mut Conversation,
    messages: &[FirstMessage],
    gives_title: bool,
) -> Result<()> {
    let before = found.service.needs_response;
    for message in messages {
        let service = &mut found.service;
        match message.role {
            _ if found.kind == Kind::Direct => {}
            Role::Assistant => service.needs_response = false,
            Role::User if !service.assistant_enabled || service.paused => {
                service.needs_response = true;
            }
            Role::User | Role::System | Role::Tool | Role::Context => {}
        }
    }
    let mut said = messages.iter().filter(|message| message.role == Role::User);
    let title = said
        .find_map(|message| title_of(&message.text))
        .filter(|_| gives_title && found.title_is_automatic);
    match title {
        Some(title) => {
            found.title_is_automatic = false;
            found.title = Some(title);
            write_title(tx, ctx, found)
        }
        None if found.service.needs_response != before => conversation::update(tx, ctx.ws(), found),
        None => Ok(()),
    }
}

/// The acting member is there still, and has not left or been removed where its right rests on its part.
fn check_actor(tx: &mut dyn Tx, ctx: &Ctx, conversation: i64, basis: Basis) -> Result<()> {
    let Some(actor) = ctx.actor else {
        return Ok(());
    };
    check_active(tx, ctx, actor.number)?;
    match basis {
        Basis::Scope => Ok(()),
        Basis::Lent | Basis::Participation => check_part(tx, ctx, conversation, actor.number),
    }
}

/// Whoever is spoken for takes part still, and the caller may speak for it.
fn check_author(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &Conversation,
    author: Option<i64>,
) -> Result<()> {
    authority::speak_as_in(tx, ctx, &found.outline(), author)?;
    match author.filter(|author| !ctx.is_actor(*author)) {
        None => Ok(()),
        Some(author) => {
            check_part(tx, ctx, found.number, author)?;
            check_active(tx, ctx, author)
        }
    }
}

fn check_part(tx: &mut dyn Tx, ctx: &Ctx, conversation: i64, member: i64) -> Result<()> {
    let part = participant::find(tx, ctx.ws(), conversation, member)?;
    match part.map(|part| part.state) {
        Some(Part::Left) => Err(Error::forbidden(Denied::Left)),
        Some(Part::Removed) => Err(Error::forbidden(Denied::Removed)),
        Some(_) | None => Ok(()),
    }
}

fn check_active(tx: &mut dyn Tx, ctx: &Ctx, member: i64) -> Result<()> {
    let found = member::find(tx, ctx.ws(), member::By::Number(member))?;
    match found {
        Some(found) if found.member.archived_at.is_none() => Ok(()),
        _ => Err(Error::not_found(Noun::Member)),
    }
}
