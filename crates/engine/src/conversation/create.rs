//! Making a conversation.

use std::time::Duration;

use parlor_model::conversation::{CreateConversation, Kind};
use parlor_model::error::Noun;
use parlor_model::id::ConversationId;
use parlor_model::idempotency::{Answer, Once};
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::participant::Role;
use parlor_model::{Ctx, Error, Result, Timestamp, limit, text};
use parlor_store::Tx;
use parlor_store::repo::{conversation as repo, log, participant, space};
use serde_json::json;

use super::texts::check_new;
use crate::{Engine, authority, idempotency, member};

/// A conversation that has just been made.
#[derive(Debug, Clone)]
pub struct Created {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: ConversationId,
    /// Its title.
    pub title: Option<String>,
    /// Whom it is for.
    pub subject: Option<MemberRef>,
    /// When it was made.
    pub at: Timestamp,
}

/// Makes a conversation, its participants and the first entry of its log, all or nothing. The maker, where the
/// context acts for one, becomes its owner and takes part; so does the subject. Every member may make one outside of
/// spaces and in its own; in other spaces, and for a key that is bound to no member, it asks for `conversations:write`.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateConversation) -> Result<Created> {
    check(&command)?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            authority::create_conversation(tx, &ctx, command.space)?;
            insert(tx, &ctx, &command)
        })
        .await
}

/// The same under an idempotency key: a repeat gives the first answer and makes nothing.
pub async fn create_once(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateConversation,
    once: Once<Created>,
) -> Result<Answer> {
    check(&command)?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            authority::create_conversation(tx, &ctx, command.space)?;
            idempotency::once(tx, &ctx, &once, |tx| insert(tx, &ctx, &command))
        })
        .await
}

pub(super) fn check(command: &CreateConversation) -> Result<()> {
    if let Some(title) = &command.title {
        text::limit(title, "title", limit::NAME.max_chars)?;
    }
    match command.kind {
        Kind::Direct => Err(Error::internal(
            "direct conversations are found or made for a pair",
        )),
        Kind::Group | Kind::Chat | Kind::Thread => Ok(()),
    }
}

/// Within a transaction, for commands that make more than a conversation.
pub(crate) fn insert(tx: &mut dyn Tx, ctx: &Ctx, command: &CreateConversation) -> Result<Created> {
    check_new(command)?;
    let ws = ctx.ws();
    let (space, host) = match command.space {
        None => (None, None),
        Some(id) => {
            let (space, host) =
                space::place(tx, ws, id)?.ok_or_else(|| Error::not_found(Noun::Space))?;
            (Some(space), host.map(MemberKey::Number))
        }
    };
    let subject = command
        .subject
        .as_ref()
        .or(host.as_ref())
        .map(|key| member::resolve(tx, ws, key))
        .transpose()?;
    let owner = ctx.actor.map(|actor| actor.number);
    let mut members: Vec<(i64, Role)> = Vec::with_capacity(2 + command.participants.len());
    if let Some(owner) = owner {
        members.push((owner, Role::Owner));
    }
    if let Some(subject) = &subject {
        admit(&mut members, subject.number, Role::Member);
    }
    if let Some(assistant) = command.service.assistant {
        admit(&mut members, assistant, Role::Assistant);
    }
    for new in &command.participants {
        let who = member::resolve(tx, ws, &new.who)?;
        admit(&mut members, who.number, new.role);
    }
    let (metadata, responder) = (command.metadata.to_text(), command.responder.to_text());
    let new = repo::NewConversation {
        kind: command.kind,
        space,
        title: command.title.as_deref(),
        title_is_automatic: command.title_is_automatic,
        owner,
        subject: subject.as_ref().map(|subject| subject.number).or(owner),
        service: &command.service,
        card: &command.card,
        description: command.description.as_deref(),
        responder: &responder,
        metadata: &metadata,
    };
    let made = repo::insert(tx, ws, &new)?;
    for ((member, role), after) in members.iter().zip(0..) {
        // A microsecond each keeps the order in which they were named.
        let at = made.at.plus(Duration::from_micros(after));
        participant::insert(tx, ws, made.number, *member, *role, at, 1)?;
    }
    let numbers: Vec<i64> = members.iter().map(|(member, _)| *member).collect();
    let payload = json!({ "title": command.title, "participants": numbers }).to_string();
    log::open(tx, ws, made.number, owner, made.at, &payload)?;
    Ok(Created {
        number: made.number,
        id: made.id,
        title: command.title.clone(),
        subject,
        at: made.at,
    })
}

/// Naming somebody twice is merged: the first role stays.
fn admit(members: &mut Vec<(i64, Role)>, member: i64, role: Role) {
    if members.iter().all(|(present, _)| *present != member) {
        members.push((member, role));
    }
}
