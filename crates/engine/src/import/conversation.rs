//! Imports conversations.

use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::import::ImportConversation;
use parlor_model::log::LogEntryKind;
use parlor_model::participant::ParticipantRole;
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::import::{self as repo, ImportedConversationRow, RowTimestamps};
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::{conversation, log, participant, space};
use serde_json::json;

use super::row_outcome::ImportRowOutcome;
use super::rules;
use crate::authority;
use crate::conversation::check_bot_config;
use crate::member::is_contact;
use crate::membership::ensure_participant;

/// Imports a conversation. Kind, state, owner, further participants and service configuration are not part of the
/// backup: an existing conversation keeps them, a new one is an open chat with its contact only.
pub(super) fn import_row(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    imported: &ImportConversation,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    limit::NAME.validate_opt(imported.title.as_deref(), "name")?;
    limit::DESCRIPTION.validate_opt(imported.description.as_deref(), "description")?;
    limit::REFERENCE.validate_opt(imported.model.as_deref(), "model")?;
    check_bot_config(&imported.responder)?;
    let stored = conversation::find(tx, ws, ConversationKey::Id(imported.id))?;
    if let Some(stored) = &stored
        && is_unchanged(tx, ctx, stored, imported)?
        && rules::timestamps_match(row_timestamps(stored), imported.times)
    {
        return Ok(ImportRowOutcome::Unchanged);
    }
    let space = match imported.space {
        None => None,
        Some(id) => {
            let number = space::find_number(tx, ws, id)?;
            Some(number.ok_or_else(|| Error::not_found(EntityKind::Space))?)
        }
    };
    let contact = match imported.contact {
        None => None,
        Some(id) => {
            let found = member::find(tx, ws, MemberLookup::Id(id))?
                .filter(|found| is_contact(&found.member));
            let found = found.ok_or_else(|| Error::not_found(EntityKind::Contact))?;
            Some(found.member.key.number)
        }
    };
    let (metadata, responder) = (imported.metadata.to_text(), imported.responder.to_text());
    let mut row = ImportedConversationRow {
        space,
        title: imported.title.as_deref(),
        title_is_automatic: false,
        description: imported.description.as_deref(),
        subject: contact,
        model: imported.model.as_deref(),
        responder: &responder,
        metadata: &metadata,
    };
    let Some(stored) = stored else {
        return insert(tx, ctx, imported, &row);
    };
    // Backups contain neither direct conversations nor threads whose role the caller does not carry.
    let already_exists = || rules::already_exists_error(EntityKind::Conversation, "id");
    if stored.kind == ConversationKind::Direct {
        return Err(already_exists());
    }
    authority::authorize_by_kind(tx, ctx, &stored).map_err(|error| match error.kind() {
        ErrorKind::NotFound(_) => already_exists(),
        _ => error,
    })?;
    row.title_is_automatic = stored.title_is_automatic && stored.title == imported.title;
    match contact {
        Some(contact) => ensure_participant(tx, ctx, &stored, contact)?,
        // The backup omits a subject that is no contact; it stays.
        None if exported_contact(tx, ctx, &stored)?.is_none() => {
            row.subject = stored.subject.as_ref().map(|subject| subject.number);
        }
        None => row.subject = stored.owner.as_ref().map(|owner| owner.number),
    }
    let made = rules::updated_row_timestamps(tx, row_timestamps(&stored), imported.times)?;
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
    repo::update_conversation(tx, ws, stored.number, &row, made)?;
    Ok(ImportRowOutcome::Updated)
}

fn insert(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    imported: &ImportConversation,
    row: &ImportedConversationRow<'_>,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    rules::check_id_available(tx, ws, imported.id, EntityKind::Conversation)?;
    let made = rules::new_row_timestamps(tx, imported.id, imported.times)?;
    let number = repo::insert_conversation(tx, ws, imported.id, row, made)?;
    if let Some(contact) = row.subject {
        let at = made.created_at;
        participant::insert(tx, ws, number, contact, ParticipantRole::Member, at, 1)?;
    }
    let numbers: Vec<i64> = row.subject.into_iter().collect();
    let payload = json!({ "title": imported.title, "participants": numbers }).to_string();
    log::insert_first_entry(tx, ws, number, None, made.created_at, &payload)?;
    Ok(ImportRowOutcome::Imported)
}

fn row_timestamps(stored: &Conversation) -> RowTimestamps {
    RowTimestamps {
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    }
}

/// Returns the subject if it is a contact, as exports do.
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
    imported: &ImportConversation,
) -> Result<bool> {
    Ok(stored.title == imported.title
        && stored.description == imported.description
        && stored.space == imported.space
        && stored.service.chat_model == imported.model
        && stored.responder == imported.responder
        && stored.metadata.to_text() == imported.metadata.to_text()
        && exported_contact(tx, ctx, stored)? == imported.contact)
}
