//! Conversations of a backup.

use parlor_model::conversation::{Conversation, ConversationKey, Kind};
use parlor_model::error::{Kind as Refusal, Noun};
use parlor_model::import::ImportConversation;
use parlor_model::log::EntryKind;
use parlor_model::participant::Role;
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::import::Made;
use parlor_store::repo::member::{self, By};
use parlor_store::repo::restore::{self as repo, OldConversation};
use parlor_store::repo::{conversation, log, participant, space};
use serde_json::json;

use super::batch::Outcome;
use super::rules;
use crate::authority;
use crate::conversation::{check_responder, take_part};
use crate::member::is_contact;

/// Kind, state, owner, participants beyond the contact, and how it is served are nothing that a backup of
/// conversations knows: they stay as they are. One that is new is an open chat with its contact and nobody else.
pub(super) fn take(tx: &mut dyn Tx, ctx: &Ctx, said: &ImportConversation) -> Result<Outcome> {
    let ws = ctx.ws();
    limit::NAME.check_given(said.title.as_deref(), "name")?;
    limit::DESCRIPTION.check_given(said.description.as_deref(), "description")?;
    limit::REFERENCE.check_given(said.model.as_deref(), "model")?;
    check_responder(&said.responder)?;
    let stored = conversation::find(tx, ws, ConversationKey::Id(said.id))?;
    if let Some(stored) = &stored
        && is_as_said(tx, ctx, stored, said)?
        && rules::as_said(times(stored), said.times)
    {
        return Ok(Outcome::Unchanged);
    }
    let space = match said.space {
        None => None,
        Some(id) => {
            let number = space::number(tx, ws, id)?;
            Some(number.ok_or_else(|| Error::not_found(Noun::Space))?)
        }
    };
    let contact = match said.contact {
        None => None,
        Some(id) => {
            let found = member::find(tx, ws, By::Id(id))?.filter(|found| is_contact(&found.member));
            let found = found.ok_or_else(|| Error::not_found(Noun::Contact))?;
            Some(found.member.key.number)
        }
    };
    let (metadata, responder) = (said.metadata.to_text(), said.responder.to_text());
    let mut old = OldConversation {
        space,
        title: said.title.as_deref(),
        title_is_automatic: false,
        description: said.description.as_deref(),
        subject: contact,
        model: said.model.as_deref(),
        responder: &responder,
        metadata: &metadata,
    };
    let Some(stored) = stored else {
        return insert(tx, ctx, said, &old);
    };
    // A pair's own conversation is no backup's business, nor is the thread of a role that the caller does not carry.
    let taken = || rules::taken(Noun::Conversation, "id");
    if stored.kind == Kind::Direct {
        return Err(taken());
    }
    authority::standing(tx, ctx, &stored).map_err(|error| match error.kind() {
        Refusal::NotFound(_) => taken(),
        _ => error,
    })?;
    old.title_is_automatic = stored.title_is_automatic && stored.title == said.title;
    match contact {
        Some(contact) => take_part(tx, ctx, &stored, contact)?,
        // Whom it is for is not told where that is no contact: then it stays.
        None if shown_contact(tx, ctx, &stored)?.is_none() => {
            old.subject = stored.subject.as_ref().map(|subject| subject.number);
        }
        None => old.subject = stored.owner.as_ref().map(|owner| owner.number),
    }
    let made = rules::rewritten(tx, times(&stored), said.times)?;
    let (actor, payload) = (
        ctx.actor.map(|actor| actor.number),
        json!({ "restored": true }),
    );
    let payload = payload.to_string();
    log::append(tx, ws, stored.number, EntryKind::Changed, actor, &payload)?;
    repo::update_conversation(tx, ws, stored.number, &old, made)?;
    Ok(Outcome::Updated)
}

fn insert(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    said: &ImportConversation,
    old: &OldConversation<'_>,
) -> Result<Outcome> {
    let ws = ctx.ws();
    rules::free(tx, ws, said.id, Noun::Conversation)?;
    let made = rules::made(tx, said.id, said.times)?;
    let number = repo::insert_conversation(tx, ws, said.id, old, made)?;
    if let Some(contact) = old.subject {
        let at = made.created_at;
        participant::insert(tx, ws, number, contact, Role::Member, at, 1)?;
    }
    let numbers: Vec<i64> = old.subject.into_iter().collect();
    let payload = json!({ "title": said.title, "participants": numbers }).to_string();
    log::open(tx, ws, number, None, made.created_at, &payload)?;
    Ok(Outcome::Imported)
}

fn times(stored: &Conversation) -> Made {
    Made {
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    }
}

/// Whom a conversation is for, where that is a contact: what backups tell.
fn shown_contact(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    stored: &Conversation,
) -> Result<Option<parlor_model::id::MemberId>> {
    let Some(subject) = &stored.subject else {
        return Ok(None);
    };
    let found = member::find(tx, ctx.ws(), By::Number(subject.number))?;
    let contact = found.filter(|found| is_contact(&found.member));
    Ok(contact.map(|found| found.member.key.id))
}

fn is_as_said(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    stored: &Conversation,
    said: &ImportConversation,
) -> Result<bool> {
    Ok(stored.title == said.title
        && stored.description == said.description
        && stored.space == said.space
        && stored.service.chat_model == said.model
        && stored.responder == said.responder
        && stored.metadata.to_text() == said.metadata.to_text()
        && shown_contact(tx, ctx, stored)? == said.contact)
}
