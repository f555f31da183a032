//! Messages of a backup.

use parlor_model::conversation::{ConversationKey, ConversationKind, ConversationState};
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::import::ImportMessage;
use parlor_model::log::LogEntryKind;
use parlor_model::message::{Message, MessageKey, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::{Ctx, Error, Id, Result, Timestamp, limit};
use parlor_store::Tx;
use parlor_store::repo::import::{self as repo, ImportedMessageRow, RowTimestamps};
use parlor_store::repo::{conversation, history, log, message};
use serde_json::json;

use super::import_batch::ImportRowOutcome;
use super::rules;
use crate::authority;

/// A message that is new goes behind what its conversation holds, so the lines of a backup must be in the order in
/// which they were said. Who wrote it is not told: what people said is the conversation's subject's. Ids of messages
/// may be chosen by clients and say nothing about time.
pub(super) fn import_row(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    said: &ImportMessage,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    crate::message::check_length(&said.text)?;
    limit::SUBTYPE.validate_opt(said.subtype.as_deref(), "type")?;
    limit::NAME.validate_opt(said.name.as_deref(), "name")?;
    limit::DESCRIPTION.validate_opt(said.description.as_deref(), "description")?;
    let key = ConversationKey::Id(said.conversation);
    let home = conversation::find(tx, ws, key)?
        .filter(|found| found.kind != ConversationKind::Direct)
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    // The import's own scope opens no thread of a role.
    authority::authorize_by_kind(tx, ctx, &home)?;
    match repo::locate_message(tx, ws, said.id)? {
        Some((place, true)) if place == home.number => {
            let found = message::find(tx, ws, place, MessageKey::Id(said.id))?;
            let stored = found.ok_or_else(|| Error::not_found(EntityKind::Message))?;
            return overwrite(tx, ctx, home.number, stored, said);
        }
        // Of another conversation, or deleted here: what is deleted does not come back to its place.
        Some(_) => return Err(rules::already_exists_error(EntityKind::Message, "id")),
        None if said.id == Id::MIN => {
            return Err(Error::invalid("id", "is not one of such a record"));
        }
        None => {}
    }
    if home.state == ConversationState::Closed {
        return Err(Error::conflict(ConflictReason::Closed));
    }
    let made = message_timestamps(tx, said)?;
    let subject = home.subject.as_ref().map(|subject| subject.number);
    let metadata = said.metadata.to_text();
    let details = merged_details(MessageDetails::default(), said);
    let old = ImportedMessageRow {
        id: said.id,
        author: subject.filter(|_| said.role == MessageRole::User),
        role: said.role,
        subtype: said.subtype.as_deref(),
        text: said.text.as_str(),
        details: &details,
        metadata: &metadata,
    };
    let seq = repo::insert_message(tx, ws, home.number, &old, made)?;
    // It is nothing new to those who have read all that is here.
    repo::advance_caught_up_readers(tx, ws, home.number, seq)?;
    Ok(ImportRowOutcome::Imported)
}

/// One whose time is not told was said now.
fn message_timestamps(tx: &mut dyn Tx, said: &ImportMessage) -> Result<RowTimestamps> {
    let now = tx.next_stamp().id::<()>();
    let mut times = said.times;
    if times.created_at.is_none() {
        times.created_at = times.updated_at;
    }
    rules::new_row_timestamps(tx, now, times)
}

fn merged_details(mut details: MessageDetails, said: &ImportMessage) -> MessageDetails {
    details.name.clone_from(&said.name);
    details.description.clone_from(&said.description);
    details.entities.clone_from(&said.entities);
    details
}

fn overwrite(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    mut stored: Message,
    said: &ImportMessage,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    let times = RowTimestamps {
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    };
    let call = |role, form: &Option<String>| (said.type_name)(role, form.as_deref());
    let is_called_so = call(stored.role, &stored.subtype) == call(said.role, &said.subtype);
    let is_as_said = is_called_so
        && stored.text == said.text
        && stored.details.name == said.name
        && stored.details.description == said.description
        && stored.details.entities == said.entities
        && stored.metadata.to_text() == said.metadata.to_text();
    if is_as_said && rules::timestamps_match(times, said.times) {
        return Ok(ImportRowOutcome::Unchanged);
    }
    let made = rules::updated_row_timestamps(tx, times, said.times)?;
    if !is_called_so {
        stored.role = said.role;
        stored.subtype.clone_from(&said.subtype);
    }
    stored.text = said.text.clone();
    stored.details = merged_details(stored.details, said);
    stored.metadata = said.metadata.clone();
    (stored.created_at, stored.updated_at) = (made.created_at, made.updated_at);
    repo::update_message(tx, ws, &stored)?;
    if stored.created_at != times.created_at {
        history::mark_backdated(tx, ws, conversation, stored.number, stored.seq)?;
    }
    message::refresh_last_message(tx, ws, conversation)?;
    log_edit(tx, ctx, conversation, &stored, made.updated_at)?;
    Ok(ImportRowOutcome::Updated)
}

fn log_edit(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    stored: &Message,
    at: Timestamp,
) -> Result<()> {
    let payload = json!({ "message": stored.id.uuid().to_string() }).to_string();
    let actor = ctx.actor.map(|actor| actor.number);
    let kind = LogEntryKind::MessageEdited;
    log::append_entry_at(tx, ctx.ws(), conversation, kind, actor, at, &payload).map(drop)
}
