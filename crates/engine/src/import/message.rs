//! Messages of a backup.

use parlor_model::conversation::{ConversationKey, Kind, State};
use parlor_model::details::Details;
use parlor_model::error::{Conflict, Noun};
use parlor_model::import::ImportMessage;
use parlor_model::log::EntryKind;
use parlor_model::message::{Message, MessageKey, Role};
use parlor_model::{Ctx, Error, Id, Result, Timestamp, limit};
use parlor_store::Tx;
use parlor_store::repo::import::Made;
use parlor_store::repo::restore::{self as repo, OldMessage};
use parlor_store::repo::{conversation, history, log, message};
use serde_json::json;

use super::batch::Outcome;
use super::rules;
use crate::authority;

/// A message that is new goes behind what its conversation holds, so the lines of a backup must be in the order in
/// which they were said. Who wrote it is not told: what people said is the conversation's subject's. Ids of messages
/// may be chosen by clients and say nothing about time.
pub(super) fn take(tx: &mut dyn Tx, ctx: &Ctx, said: &ImportMessage) -> Result<Outcome> {
    let ws = ctx.ws();
    crate::message::check_length(&said.text)?;
    limit::FORM.check_given(said.form.as_deref(), "type")?;
    limit::NAME.check_given(said.name.as_deref(), "name")?;
    limit::DESCRIPTION.check_given(said.description.as_deref(), "description")?;
    let key = ConversationKey::Id(said.conversation);
    let home = conversation::find(tx, ws, key)?
        .filter(|found| found.kind != Kind::Direct)
        .ok_or_else(|| Error::not_found(Noun::Conversation))?;
    // The import's own scope opens no thread of a role.
    authority::standing(tx, ctx, &home)?;
    match repo::place_of(tx, ws, said.id)? {
        Some((place, true)) if place == home.number => {
            let found = message::find(tx, ws, place, MessageKey::Id(said.id))?;
            let stored = found.ok_or_else(|| Error::not_found(Noun::Message))?;
            return rewrite(tx, ctx, home.number, stored, said);
        }
        // Of another conversation, or deleted here: what is deleted does not come back to its place.
        Some(_) => return Err(rules::taken(Noun::Message, "id")),
        None if said.id == Id::MIN => {
            return Err(Error::invalid("id", "is not one of such a record"));
        }
        None => {}
    }
    if home.state == State::Closed {
        return Err(Error::conflict(Conflict::Closed));
    }
    let made = made(tx, said)?;
    let subject = home.subject.as_ref().map(|subject| subject.number);
    let metadata = said.metadata.to_text();
    let details = details(Details::default(), said);
    let old = OldMessage {
        id: said.id,
        author: subject.filter(|_| said.role == Role::User),
        role: said.role,
        form: said.form.as_deref(),
        text: said.text.as_str(),
        details: &details,
        metadata: &metadata,
    };
    let seq = repo::insert_message(tx, ws, home.number, &old, made)?;
    // It is nothing new to those who have read all that is here.
    repo::catch_up(tx, ws, home.number, seq)?;
    Ok(Outcome::Imported)
}

/// One whose time is not told was said now.
fn made(tx: &mut dyn Tx, said: &ImportMessage) -> Result<Made> {
    let now = tx.stamp().id::<()>();
    let mut times = said.times;
    if times.created_at.is_none() {
        times.created_at = times.updated_at;
    }
    rules::made(tx, now, times)
}

fn details(mut details: Details, said: &ImportMessage) -> Details {
    details.name.clone_from(&said.name);
    details.description.clone_from(&said.description);
    details.entities.clone_from(&said.entities);
    details
}

fn rewrite(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    mut stored: Message,
    said: &ImportMessage,
) -> Result<Outcome> {
    let ws = ctx.ws();
    let times = Made {
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    };
    let call = |role, form: &Option<String>| (said.called)(role, form.as_deref());
    let is_called_so = call(stored.role, &stored.form) == call(said.role, &said.form);
    let is_as_said = is_called_so
        && stored.text == said.text
        && stored.details.name == said.name
        && stored.details.description == said.description
        && stored.details.entities == said.entities
        && stored.metadata.to_text() == said.metadata.to_text();
    if is_as_said && rules::as_said(times, said.times) {
        return Ok(Outcome::Unchanged);
    }
    let made = rules::rewritten(tx, times, said.times)?;
    if !is_called_so {
        stored.role = said.role;
        stored.form.clone_from(&said.form);
    }
    stored.text = said.text.clone();
    stored.details = details(stored.details, said);
    stored.metadata = said.metadata.clone();
    (stored.created_at, stored.updated_at) = (made.created_at, made.updated_at);
    repo::update_message(tx, ws, &stored)?;
    if stored.created_at != times.created_at {
        history::displace(tx, ws, conversation, stored.number, stored.seq)?;
    }
    message::correct_newest(tx, ws, conversation)?;
    tell(tx, ctx, conversation, &stored, made.updated_at)?;
    Ok(Outcome::Updated)
}

fn tell(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    conversation: i64,
    stored: &Message,
    at: Timestamp,
) -> Result<()> {
    let payload = json!({ "message": stored.id.uuid().to_string() }).to_string();
    let actor = ctx.actor.map(|actor| actor.number);
    let kind = EntryKind::MessageEdited;
    log::append_at(tx, ctx.ws(), conversation, kind, actor, at, &payload).map(drop)
}
