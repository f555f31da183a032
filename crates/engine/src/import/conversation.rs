//! Conversations of a backup.

use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::error::{EntityKind, ErrorKind as Refusal};
use parlor_model::import::ImportConversation;
use parlor_model::log::LogEntryKind;
use parlor_model::participant::ParticipantRole;
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::import::{self as repo, ImportedConversationRow, RowTimestamps};
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::{conversation, log, participant, space};
use serde_json::json;

use super::import_batch::ImportRowOutcome;
use super::rules;
use crate::authority;
use crate::conversation::{check_bot_config, ensure_participant};
use crate::member::is_contact;

/// Kind, state, owner, participants beyond the contact, and how it is served are nothing that a backup of
/// conversations knows: they stay as they are. One that is new is an open chat with its contact and nobody else.
pub(super) fn import_row(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    said: &ImportConversation,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    limit::NAME.validate_opt(said.title.as_deref(), "name")?;
    limit::DESCRIPTION.validate_opt(said.description.as_deref(), "description")?;
    limit::REFERENCE.validate_opt(said.model.as_deref(), "model")?;
    check_bot_config(&said.responder)?;
    let stored = conversation::find(tx, ws, ConversationKey::Id(said.id))?;
    if let Some(stored) = &stored
        && is_unchanged(tx, ctx, stored, said)?
        && rules::timestamps_match(row_timestamps(stored), said.times)
    {
        return Ok(ImportRowOutcome::Unchanged);
    }
    let space = match said.space {
        None => None,
        Some(id) => {
            let number = space::find_number(tx, ws, id)?;
            Some(number.ok_or_else(|| Error::not_found(EntityKind::Space))?)
        }
    };
    let contact = match said.contact {
        None => None,
        Some(id) => {
            let found = member::find(tx, ws, MemberLookup::Id(id))?
                .filter(|found| is_contact(&found.member));
            let found = found.ok_or_else(|| Error::not_found(EntityKind::Contact))?;
            Some(found.member.key.number)
        }
    };
    let (metadata, responder) = (said.metadata.to_text(), said.responder.to_text());
    let mut old = ImportedConversationRow {
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
    let taken = || rules::already_exists_error(EntityKind::Conversation, "id");
    if stored.kind == ConversationKind::Direct {
        return Err(taken());
    }
    authority::authorize_by_kind(tx, ctx, &stored).map_err(|error| match error.kind() {
        Refusal::NotFound(_) => taken(),
        _ => error,
    })?;
    old.title_is_automatic = stored.title_is_automatic && stored.title == said.title;
    match contact {
        Some(contact) => ensure_participant(tx, ctx, &stored, contact)?,
        // Whom it is for is not told where that is no contact: then it stays.
        None if exported_contact(tx, ctx, &stored)?.is_none() => {
            old.subject = stored.subject.as_ref().map(|subject| subject.number);
        }
        None => old.subject = stored.owner.as_ref().map(|owner| owner.number),
    }
    let made = rules::updated_row_timestamps(tx, row_timestamps(&stored), said.times)?;
    let (actor, payload) = (
        ctx.actor.map(|actor| actor.number),
        json!({ "restored": true }),
    );
    let payload = payload.to_string();
    log::append_entry(
        tx,
        ws,
        stored.number,
        LogEntryKind::Changed,
        actor,
        &payload,
    )?;
    repo::update_conversation(tx, ws, stored.number, &old, made)?;
    Ok(ImportRowOutcome::Updated)
}

fn insert(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    said: &ImportConversation,
    old: &ImportedConversationRow<'_>,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    rules::check_id_available(tx, ws, said.id, EntityKind::Conversation)?;
    let made = rules::new_row_timestamps(tx, said.id, said.times)?;
    let number = repo::insert_conversation(tx, ws, said.id, old, made)?;
    if let Some(contact) = old.subject {
        let at = made.created_at;
        participant::insert(tx, ws, number, contact, ParticipantRole::Member, at, 1)?;
    }
    let numbers: Vec<i64> = old.subject.into_iter().collect();
    let payload = json!({ "title": said.title, "participants": numbers }).to_string();
    log::insert_first_entry(tx, ws, number, None, made.created_at, &payload)?;
    Ok(ImportRowOutcome::Imported)
}

fn row_timestamps(stored: &Conversation) -> RowTimestamps {
    RowTimestamps {
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    }
}

/// Whom a conversation is for, where that is a contact: what backups tell.
fn exported_contact(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    stored: &Conversation,
) -> Result<Option<parlor_model::id::MemberId>> {
    let Some(subject) = &stored.subject else {
        return Ok(None);
    };
    let found = member::find(tx, ctx.ws(), MemberLookup::Number(subject.number))?;
    let contact = found.filter(|found| is_contact(&found.member));
    Ok(contact.map(|found| found.member.key.id))
}

fn is_unchanged(
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
        && exported_contact(tx, ctx, stored)? == said.contact)
}
