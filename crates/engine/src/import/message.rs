//! Imports messages.

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

use super::row_outcome::ImportRowOutcome;
use super::rules;
use crate::authority;

/// Imports a message. A new one is appended to the log, so the rows of a backup must be in log order. The author is not
/// part of the backup: user messages belong to the conversation's subject. Message ids may be chosen by clients and do
/// not encode time.
pub(super) fn import_row(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    imported: &ImportMessage,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    crate::message::check_length(&imported.text)?;
    limit::SUBTYPE.validate_opt(imported.subtype.as_deref(), "type")?;
    limit::NAME.validate_opt(imported.name.as_deref(), "name")?;
    limit::DESCRIPTION.validate_opt(imported.description.as_deref(), "description")?;
    let key = ConversationKey::Id(imported.conversation);
    let target = conversation::find(tx, ws, key)?
        .filter(|found| found.kind != ConversationKind::Direct)
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    // The import scope does not grant access to a thread with a role.
    authority::authorize_by_kind(tx, ctx, &target)?;
    match repo::locate_message(tx, ws, imported.id)? {
        Some((number, true)) if number == target.number => {
            let found = message::find(tx, ws, number, MessageKey::Id(imported.id))?;
            let stored = found.ok_or_else(|| Error::not_found(EntityKind::Message))?;
            return overwrite(tx, ctx, target.number, stored, imported);
        }
        // The id belongs to another conversation or to a deleted message, which is not restored.
        Some(_) => return Err(rules::already_exists_error(EntityKind::Message, "id")),
        None if imported.id == Id::MIN => {
            return Err(Error::invalid("id", "is not one of such a record"));
        }
        None => {}
    }
    if target.state == ConversationState::Closed {
        return Err(Error::conflict(ConflictReason::Closed));
    }
    let made = message_timestamps(tx, imported)?;
    let subject = target.subject.as_ref().map(|subject| subject.number);
    let metadata = imported.metadata.to_text();
    let details = merged_details(MessageDetails::default(), imported);
    let row = ImportedMessageRow {
        id: imported.id,
        author: subject.filter(|_| imported.role == MessageRole::User),
        role: imported.role,
        subtype: imported.subtype.as_deref(),
        text: imported.text.as_str(),
        details: &details,
        metadata: &metadata,
    };
    let seq = repo::insert_message(tx, ws, target.number, &row, made)?;
    // Readers that had read the whole log stay caught up.
    repo::advance_caught_up_readers(tx, ws, target.number, seq)?;
    Ok(ImportRowOutcome::Imported)
}

/// Returns the timestamps; the default is now.
fn message_timestamps(tx: &mut dyn Tx, imported: &ImportMessage) -> Result<RowTimestamps> {
    let now = tx.next_stamp().id::<()>();
    let mut times = imported.times;
    if times.created_at.is_none() {
        times.created_at = times.updated_at;
    }
    rules::new_row_timestamps(tx, now, times)
}

fn merged_details(mut details: MessageDetails, imported: &ImportMessage) -> MessageDetails {
    details.name.clone_from(&imported.name);
    details.description.clone_from(&imported.description);
    details.entities.clone_from(&imported.entities);
    details
}

fn overwrite(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    mut stored: Message,
    imported: &ImportMessage,
) -> Result<ImportRowOutcome> {
    let ws = ctx.ws();
    let times = RowTimestamps {
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    };
    let call = |role, form: &Option<String>| (imported.type_name)(role, form.as_deref());
    let has_same_type =
        call(stored.role, &stored.subtype) == call(imported.role, &imported.subtype);
    let is_unchanged = has_same_type
        && stored.text == imported.text
        && stored.details.name == imported.name
        && stored.details.description == imported.description
        && stored.details.entities == imported.entities
        && stored.metadata.to_text() == imported.metadata.to_text();
    if is_unchanged && rules::timestamps_match(times, imported.times) {
        return Ok(ImportRowOutcome::Unchanged);
    }
    let made = rules::updated_row_timestamps(tx, times, imported.times)?;
    if !has_same_type {
        stored.role = imported.role;
        stored.subtype.clone_from(&imported.subtype);
    }
    stored.text = imported.text.clone();
    stored.details = merged_details(stored.details, imported);
    stored.metadata = imported.metadata.clone();
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
